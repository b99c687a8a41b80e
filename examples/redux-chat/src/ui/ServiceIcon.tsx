import type { Service } from '../attache/index.ts';

/** The picture of a service, or its initial. */
export function ServiceIcon({ service }: { readonly service: Service }) {
  const hue = (service.code.charCodeAt(0) * 47 + service.code.length * 31) % 360;
  return service.iconUrl ? (
    <img className="icon" src={service.iconUrl} alt="" />
  ) : (
    <span className="icon" style={{ background: `hsl(${hue} 55% 38%)` }} aria-hidden="true">
      {service.name.slice(0, 1)}
    </span>
  );
}
