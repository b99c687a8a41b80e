// Stands for a language model, so that this runs without one: it calls the first tool that rolls dice,
// and repeats what came of it. A vendor's client goes here; what goes in and comes out is the same.

export async function answer({ messages, tools }) {
  const last = messages.at(-1);
  if (last.role === 'tool') return { role: 'assistant', content: `You rolled: ${last.content}` };
  const tool = tools.find((it) => it.function.name.includes('roll_dice'));
  if (!tool) return { role: 'assistant', content: 'I have no dice.' };
  const call = { name: tool.function.name, arguments: JSON.stringify({ sides: 6, count: 2 }) };
  return { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: call }] };
}
