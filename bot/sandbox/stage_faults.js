// A quiet panel: what goes wrong with the played Telegram, on order.

const find = (id) => document.getElementById(id);

const ORDERS = {
  outage: { kind: 'outage', lasts: 30 },
  slow: ['send*', 'edit*', 'answer*'].map((method) => ({ kind: 'slow', seconds: 3, method })),
  error: { kind: 'error', status: 502, share: 0.2, method: 'send*' },
  lost: { kind: 'reset', done: true, share: 0.2, method: 'send*' },
  flood: { kind: 'error', status: 429, retry_after: 10, method: 'send*', times: 3 },
  twice: { kind: 'duplicate' },
  mixed: { kind: 'reorder', seconds: 2, share: 0.5 },
  broken: { kind: 'malformed', share: 0.5 },
};

export class FaultPanel {
  constructor(ask) {
    this.ask = ask;
    this.timer = 0;
    for (const box of this.boxes()) box.onchange = () => this.place();
    find('faults').ontoggle = () => this.look();
  }

  boxes() { return [...document.querySelectorAll('[data-fault]')]; }

  async place() {
    clearTimeout(this.timer);
    const orders = this.boxes().filter((box) => box.checked).flatMap((box) => ORDERS[box.dataset.fault]);
    await this.told({ orders });
    if (find('fault-outage').checked) this.timer = setTimeout(() => { find('fault-outage').checked = false; this.look(); }, 30000);
  }

  async look() {
    if (find('faults').open) await this.told();
  }

  async told(given) {
    try {
      const { orders } = await this.ask('faults', given);
      const struck = orders.reduce((sum, order) => sum + order.struck, 0);
      find('fault-note').textContent = orders.length ? `已出${struck}次故障。` : '一切正常。';
    } catch (error) {
      find('fault-note').textContent = error.message;
    }
  }
}
