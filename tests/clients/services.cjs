// What an editor does that uses @jupyterlab/services outside of a browser: a session,
// runs, input, an interrupt, a restart, a connection that breaks, and the end.
//
//   node services.cjs <folder of node_modules> <address> <token>

const { createRequire } = require('node:module');

const [, , modules, baseUrl, token] = process.argv;
const from = createRequire(`${modules}/`);
const {
  KernelManager,
  ServerConnection,
  SessionManager
} = from('@jupyterlab/services');

/** The websockets that were opened, so that one can be broken. */
const sockets = [];

class WebSocket extends from('ws').WebSocket {
  constructor(address, protocols) {
    super(address, protocols);
    sockets.push(this);
  }
}

const serverSettings = ServerConnection.makeSettings({
  baseUrl,
  wsUrl: baseUrl.replace('http', 'ws'),
  token,
  appendToken: true,
  init: { cache: 'no-store' },
  WebSocket
});

/** Run code, and return its outputs, neighbouring text in one, and its reply. */
async function run(kernel, code, answer) {
  const future = kernel.requestExecute({ code, allow_stdin: true });
  const outputs = [];
  future.onIOPub = message => {
    const { msg_type: type } = message.header;
    const last = outputs[outputs.length - 1];
    if (type === 'stream') {
      const { name, text } = message.content;
      if (last?.name === name) {
        last.text += text;
      } else {
        outputs.push({ type, name, text });
      }
    } else if (type === 'execute_result' || type === 'display_data') {
      outputs.push({ type, data: message.content.data });
    } else if (type === 'error') {
      outputs.push({ type, ename: message.content.ename });
    }
    answer?.begun?.(outputs);
  };
  future.onStdin = message => {
    outputs.push({ type: 'input_request', prompt: message.content.prompt });
    future.sendInputReply({ status: 'ok', value: 'Ada' }, message.header);
  };
  const { content } = await future.done;
  return { outputs, status: content.status, count: content.execution_count };
}

/** Run code that does not end, and do something when it has begun. */
async function whileRunning(kernel, act) {
  let acts;
  const begun = outputs => {
    if (outputs.length && !acts) {
      acts = act();
    }
  };
  const code = "import time\nprint('begun', flush=True)\nwhile True: time.sleep(0.01)";
  const ended = run(kernel, code, { begun }).catch(() => 'canceled');
  const result = await ended;
  await acts;
  return result;
}

/** Return when a kernel is connected, and does nothing. */
async function isIdle(kernel) {
  while (kernel.connectionStatus !== 'connected' || kernel.status !== 'idle') {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function main() {
  const kernelManager = new KernelManager({ serverSettings });
  const sessions = new SessionManager({ serverSettings, kernelManager });
  await sessions.ready;
  const session = await sessions.startNew({
    name: 'a.ipynb',
    path: 'a.ipynb',
    type: 'notebook',
    kernel: { name: 'python3' }
  });
  const { kernel } = session;
  const told = {};
  told.language = (await kernel.info).language_info.name;
  told.sum = await run(kernel, '2 + 3');
  told.text = await run(kernel, 'for i in range(500): print(i)');
  told.error = await run(kernel, '1 / 0');
  told.input = await run(kernel, "print('hello', input('who? '))");
  told.completed = await kernel.requestComplete({ code: 'pri', cursor_pos: 3 });
  told.completed = told.completed.content.matches;
  told.interrupted = await whileRunning(kernel, () => kernel.interrupt());
  told.restarted = await whileRunning(kernel, () => kernel.restart());
  await isIdle(kernel);
  told.after = await run(kernel, '3 + 4');
  const [open] = sockets.filter(socket => socket.readyState === WebSocket.OPEN);
  open.terminate();
  await new Promise(resolve => {
    kernel.connectionStatusChanged.connect((_, status) => {
      if (status === 'connected') {
        resolve();
      }
    });
  });
  told.reconnected = await run(kernel, '5 + 6');
  const other = kernel.clone();
  told.other = await run(other, '7 + 8');
  await session.shutdown();
  console.log(JSON.stringify(told));
  process.exit();
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
