// Boots every worker of the lab. The first message says which engine to load, whose
// memory to use, and what to be; all later messages belong to the role.
addEventListener("message", async ({ data }) => {
  try {
    const engine = await import(data.glue);
    const module_or_path = data.module ?? await fetched(data.glue.replace(/\.js$/, "_bg.wasm"));
    const { memory } = await engine.default({ module_or_path, memory: data.memory });
    if (data.threads > 0) await engine.initThreadPool(data.threads);
    engine[data.role]();
    postMessage(data.shares ? { memory } : "ready");
  } catch (error) {
    postMessage({ fault: { message: String(error?.message ?? error) } });
  }
}, { once: true });

// Fetches the engine and says that it comes, as long as it does: whoever waits for it gives up
// only when nothing comes any more.
async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  const told = async (reader) => {
    while (!(await reader.read()).done) postMessage("loading");
  };
  // Whoever loads the engine hears of a line that breaks.
  told(response.clone().body.getReader()).catch(() => {});
  return response;
}
