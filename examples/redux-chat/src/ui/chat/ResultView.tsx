import type { ComponentProps } from 'react';
import Markdown from 'react-markdown';

import { isSame } from '../../attache/form/pointer.ts';
import type { ContentBlock, Result } from '../../attache/index.ts';
import { Notice } from '../Notice.tsx';
import { Values } from './Values.tsx';

/** What a tool answered. Written by the service: shown, and in no way obeyed. */
export function ResultView({ result }: { readonly result: Result }) {
  const { content, structuredContent, isTruncated } = result;
  const blocks = content.filter((block) => !repeats(block, structuredContent));
  return (
    <div className="result">
      {blocks.map((block, index) => (
        <Block key={index} block={block} />
      ))}
      {structuredContent !== null && <Values value={structuredContent} />}
      {isTruncated && <Notice>The answer was longer, and is cut here.</Notice>}
    </div>
  );
}

/** Whether a text is there for clients that cannot read what is structured. */
function repeats(block: ContentBlock, structured: unknown): boolean {
  if (structured === null || block.__typename !== 'TextContent') return false;
  try {
    return isSame(JSON.parse(block.text), structured);
  } catch {
    return false;
  }
}

/** Only what leads elsewhere: an address within this page would act in the person's name. */
const webAddress = (url: string) => (/^(https?:\/\/|mailto:)/i.test(url) ? url : null);

function Elsewhere({ href, children }: ComponentProps<'a'>) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

/** Headings of an answer are below the one of its call. */
const HEADINGS = { h1: 'h3', h2: 'h3', h3: 'h4', h4: 'h5', h5: 'h6' } as const;

function Block({ block }: { readonly block: ContentBlock }) {
  switch (block.__typename) {
    case 'TextContent':
      return (
        <div className="markdown">
          <Markdown
            disallowedElements={['img']}
            components={{ ...HEADINGS, a: Elsewhere }}
            urlTransform={webAddress}
          >
            {block.text}
          </Markdown>
        </div>
      );
    case 'ImageContent':
      return <img className="picture" src={dataUrl(block)} alt="What the tool answered" />;
    case 'AudioContent':
      return <audio controls src={dataUrl(block)} aria-label="What the tool answered" />;
    case 'ResourceLinkContent':
      return (
        <p className="resource">
          <span aria-hidden="true">↗</span> <strong>{block.title ?? block.name}</strong>{' '}
          <code>{block.uri}</code>
          {block.description && <span className="hint"> {block.description}</span>}
        </p>
      );
    case 'EmbeddedResourceContent':
      return (
        <figure className="resource">
          <figcaption>
            <code>{block.uri}</code>
          </figcaption>
          {block.embeddedText !== null ? (
            <pre>{block.embeddedText}</pre>
          ) : (
            <p className="empty">{block.contentType ?? 'Bytes'}</p>
          )}
        </figure>
      );
    case 'OtherContent':
      return <pre>{JSON.stringify(block.raw, null, 2)}</pre>;
  }
}

const dataUrl = ({ mimeType, data }: { readonly mimeType: string; readonly data: string }) =>
  `data:${mimeType};base64,${data}`;
