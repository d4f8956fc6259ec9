// One message as DOM nodes. Text becomes text nodes only; markup is built from entities, never from HTML.

const PLAIN = { bold: 'b', italic: 'i', underline: 'u', strikethrough: 's', code: 'code', blockquote: 'blockquote' };
const DAYS = '日一二三四五六';

export function node(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
}

// Shanghai's wall clock of an instant in seconds, whatever zone the browser is in.
const wall = (seconds) => new Date((seconds + 8 * 3600) * 1000);
const two = (number) => String(number).padStart(2, '0');
export const hour = (seconds) => `${two(wall(seconds).getUTCHours())}:${two(wall(seconds).getUTCMinutes())}`;
export function day(seconds) {
  const at = wall(seconds);
  return `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日（周${DAYS[at.getUTCDay()]}）`;
}
export const shortDay = (seconds) => `${wall(seconds).getUTCMonth() + 1}月${wall(seconds).getUTCDate()}日`;
export function local(seconds) {
  return wall(seconds).toISOString().slice(0, 16);
}

export function inMonths(seconds, months) {
  const at = wall(seconds);
  const date = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(date, last));
  return at.getTime() / 1000 - 8 * 3600;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

// Entities nest or lie side by side; offsets are UTF-16, as JavaScript counts.
function marked(text, entities, from, to, hand) {
  const nodes = [];
  let at = from;
  const rest = entities.filter((e) => e.offset >= from && e.offset + e.length <= to);
  while (rest.length) {
    const entity = rest.shift();
    if (entity.offset < at) continue;
    const end = entity.offset + entity.length;
    const inner = [];
    while (rest.length && rest[0].offset < end) inner.push(rest.shift());
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    nodes.push(dressed(entity, text.slice(entity.offset, end), marked(text, inner, entity.offset, end, hand), hand));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function dressed(entity, text, children, hand) {
  if (entity.type in PLAIN) return node(PLAIN[entity.type], {}, ...children);
  if (entity.type === 'pre') return node('pre', {}, ...children);
  if (entity.type === 'text_link') return anchor(entity.url, children, hand);
  if (entity.type === 'url') return anchor(text, children, hand);
  if (entity.type === 'bot_command') return command(text, hand);
  if (entity.type === 'spoiler') return spoiler(children);
  if (entity.type === 'expandable_blockquote') return fold(children);
  return node('span', {}, ...children);
}

export function startCode(url, bot) {
  const found = /^(?:https?:\/\/)?t\.me\/(\w+)\/?\?start=([\w-]{1,64})$/.exec(url);
  return found && found[1].toLowerCase() === bot.toLowerCase() ? found[2] : null;
}

function anchor(url, children, hand) {
  const code = startCode(url, hand.bot);
  if (code) return node('button', { type: 'button', className: 'command', onclick: () => hand.open(code) }, ...children);
  if (!/^https?:\/\//i.test(url)) return node('span', {}, ...children);
  return node('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

function command(text, hand) {
  return node('button', { type: 'button', className: 'command', textContent: text, onclick: () => hand.say(text) });
}

function spoiler(children) {
  const made = node('button', { type: 'button', className: 'spoiler' }, ...children);
  made.setAttribute('aria-expanded', 'false');
  made.setAttribute('aria-label', '隐藏的文字，点一下显示');
  made.onclick = () => {
    made.setAttribute('aria-expanded', 'true');
    made.removeAttribute('aria-label');
  };
  return made;
}

function fold(children) {
  const button = node('button', { type: 'button', textContent: '展开' });
  const made = node('blockquote', { className: 'fold shut' }, node('div', {}, ...children), button);
  button.setAttribute('aria-expanded', 'false');
  button.onclick = () => {
    const shut = made.classList.toggle('shut');
    button.textContent = shut ? '展开' : '收起';
    button.setAttribute('aria-expanded', String(!shut));
  };
  return made;
}

// Who has voted is told to nobody here; tapping an option votes for it.
function poll(asked, hand) {
  const options = asked.options.map((option, place) => node('button', {
    type: 'button', disabled: asked.closed, onclick: () => hand.vote(asked.id, place),
  }, node('span', { textContent: option.text }), node('b', { textContent: option.votes })));
  return node('div', { className: 'poll' }, node('b', { textContent: asked.question }), ...options);
}

function attachment(message, hand) {
  if (message.poll) return [poll(message.poll, hand)];
  if (message.photo) {
    const { id, width, height } = message.photo;
    return [node('img', { src: `/stage/file?id=${encodeURIComponent(id)}`, width, height, alt: message.text ? '' : '图片', loading: 'lazy' })];
  }
  if (!message.document) return [];
  const { id, name, size: bytes } = message.document;
  const href = `/stage/file?id=${encodeURIComponent(id)}`;
  return [node('a', { className: 'doc', href, download: name, textContent: `${name}（${size(bytes)}）` }), node('br')];
}

function keys(message, hand) {
  const rows = message.buttons.map((row) => node('div', {}, ...row.map((button) => key(message, button, hand))));
  return rows.length ? [node('div', { className: 'keys' }, ...rows)] : [];
}

function key(message, button, hand) {
  if ('data' in button) {
    return node('button', { type: 'button', textContent: button.text, onclick: (event) => hand.tap(message, button, event.currentTarget) });
  }
  const code = startCode(button.url, hand.bot);
  if (code) return node('button', { type: 'button', textContent: button.text, onclick: () => hand.open(code) });
  return node('a', { href: button.url, target: '_blank', rel: 'noopener noreferrer', textContent: button.text });
}

const HAPPENED = {
  migrate_to_chat_id: '本群升级成了超级群',
  migrate_from_chat_id: '本群由普通群升级而来',
  forum_topic_closed: '话题已关闭',
  forum_topic_reopened: '话题重新打开了',
};

function happened(message) {
  if (message.joined) return `${message.joined.join('、')}加入了群`;
  if (message.renamed) return `群名改为“${message.renamed}”`;
  if (message.happened) return HAPPENED[message.happened];
  if (message.left) return `${message.left.join('、')}离开了群`;
  return '';
}

export function drawn(message, hand) {
  const event = happened(message);
  if (event) return node('li', { className: 'event', textContent: event });
  const own = message.from.id === hand.me;
  const item = node('li', { className: own ? 'own' : message.from.id === hand.botId ? 'bot' : '' });
  if (!own) item.append(node('span', { className: 'who', textContent: message.from.name }));
  const bubble = node('div', { className: 'bubble' });
  const answered = message.reply_to && hand.find(message.reply_to);
  if (answered) bubble.append(node('div', { className: 'quoted', textContent: `${answered.from.name}：${answered.text.slice(0, 60)}` }));
  bubble.append(...attachment(message, hand), ...marked(message.text, message.entities, 0, message.text.length, hand));
  bubble.append(node('time', { textContent: `${message.edited ? '已编辑 ' : ''}${hour(message.date)}`, title: day(message.date) }));
  item.append(bubble, ...keys(message, hand));
  return item;
}
