/* A page that was opened from the disk may start no worker. The search asks for one all the same: here it gets a frame
   that runs the program and passes messages to and fro, on pages from the disk alone. */
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      inside.postMessage = (data) => this.told(data);
      const program = inside.document.createElement("script");
      program.src = url;
      program.onload = () => this.begin(inside);
      program.onerror = (event) => this.dispatchEvent(new ErrorEvent("error", { error: event }));
      inside.document.body.append(program);
    }
    begin(inside) {
      this.hand = (data) => inside.dispatchEvent(new inside.MessageEvent("message", { data }));
      this.waiting.splice(0).forEach((data) => this.hand(data));
    }
    told(data) {
      const event = new MessageEvent("message", { data });
      this.dispatchEvent(event);
      this.onmessage?.(event);
    }
    postMessage(data) {
      if (this.hand) this.hand(data);
      else this.waiting.push(data);
    }
    terminate() {
      this.frame.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}
