// One conversation on the page: its messages as they come and change, what is said and tapped there.

import { day, drawn, node, startCode } from '/stage_message.js';

const KEPT = 200;

export class ChatView {
  // `house` tells who looks and carries out what is asked: me(), bot(), ask(path, given), open(code).
  constructor(id, house) {
    this.house = house;
    this.root = document.getElementById(id);
    this.log = this.root.querySelector('.log');
    this.empty = this.root.querySelector('.empty');
    this.newer = this.root.querySelector('.newer');
    this.form = this.root.querySelector('.say');
    this.box = this.form.querySelector('textarea');
    this.chat = null;
    this.newer.onclick = () => this.toEnd();
    this.log.onscroll = () => { if (this.atEnd()) this.newer.hidden = true; };
    this.form.onsubmit = (event) => { event.preventDefault(); this.send(); };
    this.box.onkeydown = (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    };
  }

  hand() {
    const chat = this.chat;
    return {
      me: this.house.me(), bot: this.house.bot().username, botId: this.house.bot().id, open: this.house.open,
      find: (id) => chat.messages.find((message) => message.message_id === id),
      say: (text) => this.say(text),
      vote: (poll, place) => this.vote(poll, place),
      tap: (message, button, pressed) => this.tap(chat, message, button, pressed),
    };
  }

  show(chat, hint) {
    const moved = this.chat?.id !== chat?.id;
    this.chat = chat;
    this.hint = hint;
    this.log.setAttribute('aria-live', 'off');
    const items = chat ? chat.messages.flatMap((message, at) => this.items(message, chat.messages[at - 1])) : [];
    this.log.replaceChildren(...items);
    this.note();
    if (moved) this.box.value = '';
    this.toEnd();
    requestAnimationFrame(() => this.log.setAttribute('aria-live', 'polite'));
  }

  items(message, before) {
    const item = drawn(message, this.hand());
    item.dataset.id = message.message_id;
    if (before && day(before.date) === day(message.date)) return [item];
    return [node('li', { className: 'day', textContent: day(message.date) }), item];
  }

  note() {
    this.empty.textContent = this.hint;
    this.empty.hidden = Boolean(this.chat?.messages.length);
  }

  atEnd() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80; }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.newer.hidden = true;
  }

  added(message) {
    const follow = this.atEnd() || message.from.id === this.house.me();
    this.log.append(...this.items(message, this.chat.messages.at(-2)));
    while (this.log.querySelectorAll('[data-id]').length > KEPT) this.log.firstElementChild.remove();
    this.note();
    if (follow) this.toEnd(); else this.newer.hidden = false;
  }

  item(id) { return this.log.querySelector(`[data-id="${id}"]`); }

  edited(message) {
    const old = this.item(message.message_id);
    if (!old) return;
    const follow = this.atEnd();
    const focused = [...old.querySelectorAll('.keys button, .keys a')].indexOf(document.activeElement);
    const item = drawn(message, this.hand());
    item.dataset.id = message.message_id;
    old.replaceWith(item);
    if (focused >= 0) (item.querySelectorAll('.keys button, .keys a')[focused] || this.log).focus();
    if (follow) this.toEnd();
  }

  removed(id) {
    const old = this.item(id);
    const before = old?.previousElementSibling;
    const after = old?.nextElementSibling;
    old?.remove();
    if (before?.classList.contains('day') && (!after || after.classList.contains('day'))) before.remove();
    this.note();
  }

  async send() {
    const text = this.box.value.trim();
    if (text && await this.say(text)) this.box.value = '';
  }

  async say(text) {
    try {
      await this.house.ask('say', { user: this.house.me(), chat: this.chat.id, text });
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  async vote(poll, place) {
    try {
      await this.house.ask('vote', { user: this.house.me(), poll, options: [place] });
    } catch (error) {
      this.toast(error.message);
    }
  }

  async tap(chat, message, button, pressed) {
    if (pressed.getAttribute('aria-busy') === 'true') return;
    const presser = this.house.me();
    pressed.setAttribute('aria-busy', 'true');
    try {
      const told = await this.house.ask('tap', { user: presser, chat: chat.id, message_id: message.message_id, data: button.data, wait: 15 });
      if (presser === this.house.me()) this.answered(told.answer);
    } catch (error) {
      this.toast(error.message);
    } finally {
      pressed.removeAttribute('aria-busy');
    }
  }

  answered(answer) {
    if (!answer) { this.toast('机器人还没有回应。'); return; }
    const code = answer.url && startCode(answer.url, this.house.bot().username);
    if (code) this.house.open(code);
    if (!answer.text) return;
    if (!answer.show_alert) { this.toast(answer.text); return; }
    document.getElementById('alert-text').textContent = answer.text;
    if (!document.getElementById('alert').open) document.getElementById('alert').showModal();
  }

  toast(text) {
    const made = node('div', { className: 'toast', textContent: text });
    const shelf = this.root.querySelector('.toasts');
    shelf.append(made);
    while (shelf.childElementCount > 2) shelf.firstElementChild.remove();
    setTimeout(() => made.remove(), Math.min(3500 + text.length * 90, 12000));
  }
}
