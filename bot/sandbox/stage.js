// The page of the sandbox: who I am, what I see, what I do. State comes once; after that, live events.

import { ChatView } from '/stage_chat.js';
import { FaultPanel } from '/stage_faults.js';
import { node } from '/stage_message.js';
import { TimePanel } from '/stage_time.js';

const KEPT = 200;
const find = (id) => document.getElementById(id);
const address = new URLSearchParams(location.search);

let world = { people: [], chats: [], commands: [], bot: { id: 0, username: '', name: '' } };
let chats = new Map();
let me = Number(address.get('as')) || 0;
let groupId = 0;
const read = JSON.parse(sessionStorage.getItem('read') || '{}');

async function ask(path, given) {
  const options = given && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(given) };
  let answer;
  try {
    answer = await fetch(`/stage/${path}`, options);
  } catch {
    throw new Error('没有连上沙盒，请稍后再试。');
  }
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

const panel = new TimePanel(ask, (to) => chats.get(Number(to))?.title || String(to ?? ''));
new FaultPanel(ask);

const house = { ask, me: () => me, bot: () => world.bot, open: openCode };
const group = new ChatView('group', house);
const direct = new ChatView('private', house);

async function openCode(code) {
  look('private');
  await direct.say(`/start ${code}`);
}

function look(view) {
  document.body.dataset.view = view;
  for (const tab of document.querySelectorAll('[data-to]')) tab.setAttribute('aria-current', String(tab.dataset.to === view));
  if (view === 'time') panel.soon(); else (view === 'group' ? group : direct).toEnd();
  remember();
}

function remember() {
  const view = document.body.dataset.view;
  const chat = view === 'private' ? me : view === 'group' ? groupId : 'time';
  history.replaceState(null, '', `?as=${me}&chat=${chat}`);
  seen();
}

// unread

const key = (person, chat) => `${person}:${chat}`;
function unread(person, chat) {
  const last = read[key(person, chat?.id)] || 0;
  return chat ? chat.messages.filter((message) => message.message_id > last && message.from.id !== person).length : 0;
}

function seen() {
  for (const view of [group, direct]) {
    const open = view.chat && !document.hidden && getComputedStyle(view.root).visibility === 'visible';
    const last = open && view.chat.messages.at(-1)?.message_id;
    if (last) read[key(me, view.chat.id)] = last;
  }
  sessionStorage.setItem('read', JSON.stringify(read));
  badge(find('badge-group'), unread(me, group.chat));
  badge(find('badge-private'), unread(me, direct.chat));
  for (const chip of find('cast').children) {
    if (chip.dataset.id) badge(chip.querySelector('.badge'), unread(Number(chip.dataset.id), chats.get(Number(chip.dataset.id))));
  }
}

function badge(mark, count) {
  mark.hidden = !count;
  mark.textContent = count > 99 ? '99+' : String(count);
  mark.setAttribute('aria-label', `${count}条未读`);
}

// drawing the whole page

const person = () => world.people.find((one) => one.id === me);

function drawCast() {
  const focused = document.activeElement?.dataset?.id;
  find('cast').replaceChildren(...world.people.map((one) => {
    const chip = node('button', { type: 'button', disabled: !one.id, onclick: () => become(one.id) },
      node('span', { className: 'name', textContent: one.name }), node('small', { textContent: one.about }),
      node('b', { className: 'badge', hidden: true }));
    if (one.id) chip.dataset.id = one.id;
    chip.setAttribute('aria-pressed', String(one.id === me));
    return chip;
  }));
  find('cast').querySelector(`[data-id="${focused}"]`)?.focus();
  find('cast').querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

function drawGroup() {
  const mine = [...chats.values()].filter((chat) => !chat.private && chat.members.includes(me));
  const chat = mine.find((one) => one.id === groupId) || mine[0] || null;
  groupId = chat?.id || 0;
  find('group-title').textContent = chat?.title || '支部群';
  find('group-note').textContent = chat ? `${chat.members.length}人${chat.bot_in ? '' : '，机器人不在群里'}` : '';
  find('group-pick').hidden = mine.length < 2;
  find('group-choice').replaceChildren(...mine.map((one) => node('option', { value: one.id, textContent: one.title, selected: one.id === groupId })));
  group.form.hidden = !chat;
  const outside = person() ? `${person().name}不在任何群里。` : '这里还没有人。';
  group.show(chat, chat ? '群里还没有消息。机器人发的通知会出现在这里。' : outside);
}

function drawPrivate() {
  const one = person();
  const open = one?.started && !one.blocked;
  direct.form.hidden = find('commands').hidden = !open;
  find('block').hidden = !one?.started;
  find('block').textContent = one?.blocked ? '重新启用' : '停用机器人';
  find('start').hidden = !one || open;
  find('start').textContent = one?.blocked ? '重新启用' : '开始';
  find('private-note').textContent = one?.blocked ? '已停用' : '';
  find('commands').replaceChildren(...world.commands.map((row) => node('button', {
    type: 'button', textContent: row.description, title: `/${row.command}`, onclick: () => direct.say(`/${row.command}`),
  })));
  direct.show(chats.get(me) || null, open ? '还没有消息。可以发 /start 看看能做什么。' : '点“开始”，就能收到机器人的私聊消息。');
}

function become(id) {
  me = id;
  for (const shelf of document.querySelectorAll('.toasts')) shelf.replaceChildren();
  if (find('alert').open) find('alert').close();
  draw();
}

function draw() {
  drawCast();
  drawGroup();
  drawPrivate();
  remember();
}

async function load() {
  world = await ask('state');
  chats = new Map(world.chats.map((chat) => [chat.id, chat]));
  const able = world.people.filter((one) => one.id);
  if (!able.some((one) => one.id === me)) me = able[0]?.id || 0;
  panel.set(world.now);
  draw();
  panel.soon();
}

// live events

function changed(kind, { chat: id, message, message_id: gone }) {
  const chat = chats.get(id);
  if (!chat) { reload(); return; }
  const at = chat.messages.findIndex((one) => one.message_id === (message?.message_id ?? gone));
  if (kind === 'delete') chat.messages.splice(at, at < 0 ? 0 : 1);
  else if (at >= 0) chat.messages[at] = message;
  else if (kind === 'message') chat.messages.push(message);
  if (chat.messages.length > KEPT) chat.messages.shift();
  const view = [group, direct].find((one) => one.chat === chat);
  if (view && kind === 'message' && at < 0) view.added(message);
  else if (view && kind === 'delete') view.removed(gone);
  else if (view) view.edited(message);
  seen();
  panel.soon();
}

let reloading = 0;
function reload() {
  if (reloading) return;
  reloading = setTimeout(async () => {
    reloading = 0;
    try { await load(); } catch { reload(); }
  }, 250);
}

function listen() {
  const source = new EventSource(`/stage/events?after=${encodeURIComponent(world.mark || '')}`);
  source.onopen = () => { find('lost').hidden = true; };
  source.onerror = () => {
    find('lost').hidden = false;
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, 2000);
  };
  const on = (kind, act) => source.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  for (const kind of ['message', 'edit', 'delete']) on(kind, (told) => changed(kind, told));
  on('reload', reload);
  on('people', reload);
  on('clock', (told) => { panel.set(told.now); panel.soon(); });
  on('travel', (told) => panel.moved(told));
  on('service', () => panel.soon());
}

async function begin() {
  try {
    await load();
  } catch {
    find('lost').hidden = false;
    setTimeout(begin, 2000);
    return;
  }
  find('lost').hidden = true;
  const wanted = address.get('chat');
  if (wanted && Number(wanted) < 0) { groupId = Number(wanted); drawGroup(); }
  look(wanted === 'time' ? 'time' : Number(wanted) === me || !group.chat ? 'private' : 'group');
  listen();
}

for (const tab of document.querySelectorAll('[data-to]')) tab.onclick = () => look(tab.dataset.to);
find('group-choice').onchange = (event) => { groupId = Number(event.target.value); drawGroup(); remember(); };
find('start').onclick = () => direct.say('/start');
find('block').onclick = async () => {
  try { await ask('block', { user: me, blocked: !person().blocked }); } catch (error) { direct.toast(error.message); }
};
document.addEventListener('visibilitychange', () => { seen(); panel.soon(); });
addEventListener('resize', seen);
begin();
