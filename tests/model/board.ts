import type { BoardItem, Message, World } from './world.js';

/** A request takes effect on the board. Returns the id that its answer carries, null when the board refuses it. */
export function takeEffect(world: World, message: Message): string | null {
  return message.unit === 'item' ? itemEffect(world, message) : sizeEffect(world, message);
}

function itemEffect(world: World, { operation, values, target }: Message): string | null {
  if (operation === 'create') {
    const item: BoardItem = { id: `i${world.nextId}`, active: true, text: values['text'] ?? '', sizes: [] };
    world.nextId += 1;
    world.board.push(item);
    return item.id;
  }
  const item = world.board.find(({ id }) => id === target);
  if (!item?.active) return operation === 'archive' ? target : null;
  if (operation === 'archive') item.active = false;
  else if ('text' in values) item.text = values['text'] ?? '';
  return item.id;
}

function sizeEffect(world: World, { operation, values, target }: Message): string | null {
  const quantity = values['quantity'] ?? '';
  if (operation === 'create') {
    const item = world.board.find(({ id }) => id === target);
    if (!item?.active) return null;
    const size = { id: `s${world.nextId}`, quantity };
    world.nextId += 1;
    item.sizes.push(size);
    return size.id;
  }
  for (const item of world.board) {
    const size = item.sizes.find(({ id }) => id === target);
    if (!size) continue;
    if (!item.active) return null;
    size.quantity = quantity;
    return size.id;
  }
  return null;
}

export const activeItems = (world: World): BoardItem[] => world.board.filter(({ active }) => active);
