// The right-hand panel: the clock and its jumps, the service's switch, the outbox.

import { day, hour, inMonths, local, node, shortDay } from '/stage_message.js';

const STATES = {
  queued: '待发', held: '暂缓', leased: '已领取', wire: '发送中', sent: '已发出',
  unknown: '结果不明', refused: '对方不收', expired: '已过期', cancelled: '已取消', dead: '待修复',
};
const SHOWN_ROWS = 30;
const find = (id) => document.getElementById(id);

export class TimePanel {
  constructor(ask, nameOf) {
    this.ask = ask;
    this.nameOf = nameOf;
    this.ahead = 0;
    this.due = 0;
    this.timer = 0;
    this.moving = false;
    setInterval(() => this.tick(), 1000);
    setInterval(() => this.soon(), 5000);
    for (const button of document.querySelectorAll('[data-jump]')) button.onclick = () => this.jump(button.dataset.jump);
    find('goto').onsubmit = (event) => {
      event.preventDefault();
      this.travel({ to: `${find('moment').value}:00+08:00` });
    };
    find('power').onclick = () => this.power();
  }

  now() {
    return Date.now() / 1000 + this.ahead;
  }

  set(iso) {
    this.ahead = (Date.parse(iso) - Date.now()) / 1000;
    this.tick();
    const box = find('moment');
    box.min = local(this.now());
    if (!box.value || box.value < box.min) box.value = local(this.now() + 3600);
  }

  tick() {
    const now = this.now();
    find('date').textContent = day(now);
    find('hour').textContent = hour(now);
    find('now-small').textContent = `${shortDay(now)} ${hour(now)}`;
  }

  jump(how) {
    const target = how === 'month' ? inMonths(this.now(), 1) : how === 'next' ? Math.max(this.due, this.now() + 1) : this.now() + Number(how);
    this.travel({ to: new Date(target * 1000).toISOString() });
  }

  say(text, bad = false) {
    find('progress').textContent = text;
    find('progress').classList.toggle('bad', bad);
  }

  busy(moving) {
    this.moving = moving;
    for (const button of document.querySelectorAll('[data-jump], #goto button')) button.disabled = moving;
    if (!this.due) find('next').disabled = true;
  }

  async travel(where) {
    this.due = 0; // what is due then is asked anew on arrival
    this.busy(true);
    this.say('正在向前走……');
    try {
      const told = await this.ask('travel', where);
      this.say(told.stops ? `到了，途中停留${told.stops}次。` : '到了。');
    } catch (error) {
      this.say(error.message, true);
    }
    this.busy(false);
    this.soon();
  }

  moved(told) {
    this.set(told.now);
    const to = Date.parse(told.to) / 1000;
    if (to > this.now() + 60) this.say(`走到${day(this.now())}${hour(this.now())}，已停留${told.stops}次……`);
    else if (!this.moving) this.say(told.stops ? `到了，途中停留${told.stops}次。` : '到了。');
  }

  async power() {
    const on = find('power').getAttribute('aria-checked') !== 'true';
    try {
      await this.ask('power', { on });
      this.say(on ? '服务已打开。' : '服务已关闭：这时的消息和点按要等它再打开。');
    } catch (error) {
      this.say(error.message, true);
    }
    this.soon();
  }

  visible() {
    return !document.hidden && getComputedStyle(find('time')).visibility === 'visible';
  }

  // Look again a moment after something happened, once for many happenings.
  soon() {
    if (this.timer || !this.visible()) return;
    this.timer = setTimeout(async () => {
      this.timer = 0;
      await this.look();
    }, 400);
  }

  async look() {
    try {
      this.show(await this.ask('outbox'));
    } catch (error) {
      this.away(error.message);
    }
  }

  away(reason) {
    find('power').disabled = true;
    find('power-text').textContent = '服务：没有连上';
    find('due').textContent = '';
    this.due = 0;
    find('next').disabled = true;
    find('counts').replaceChildren();
    find('rows').replaceChildren();
    find('outbox-note').textContent = reason;
  }

  show(told) {
    const known = typeof told.on === 'boolean';
    find('power').disabled = !known;
    find('power').setAttribute('aria-checked', String(told.on === true));
    find('power-text').textContent = known ? `服务：${told.on ? '运行中' : '已关闭'}` : '服务';
    const due = told.next_due ? Date.parse(told.next_due) / 1000 : 0;
    this.due = due;
    find('next').disabled = this.moving || !due;
    find('due').textContent = due ? `下一件事：${day(due)}${hour(due)}` : '眼下没有排好的事。';
    const counts = Object.entries(told.counts || {}).filter(([, count]) => count);
    find('counts').replaceChildren(...counts.map(([state, count]) => node('li', {}, STATES[state] || state, node('b', { textContent: count }))));
    const rows = (told.rows || []).slice(-SHOWN_ROWS).sort((a, b) => b.id - a.id);
    find('rows').replaceChildren(...rows.map((row) => this.row(row)));
    find('outbox-note').textContent = rows.length ? '' : '还没有要发的消息。';
  }

  row(row) {
    const at = row.due_at ? Date.parse(row.due_at) / 1000 : 0;
    const place = [this.nameOf(row.to), at ? `${shortDay(at)} ${hour(at)}` : ''].filter(Boolean).join(' · ');
    return node('li', {},
      node('span', { textContent: row.what || row.kind || '' }),
      node('span', { className: row.state in STATES ? row.state : '', textContent: STATES[row.state] || row.state }),
      node('small', { textContent: place }));
  }
}
