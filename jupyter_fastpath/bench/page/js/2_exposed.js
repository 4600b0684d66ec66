// JupyterLab gives its application to the page if its configuration says so, which it
// reads when its own scripts run: after the document is parsed.
document.addEventListener(
  'readystatechange',
  () => {
    const element = document.querySelector('#jupyter-config-data');
    if (element) {
      const config = JSON.parse(element.textContent);
      element.textContent = JSON.stringify({ ...config, exposeAppInBrowser: true });
    }
  },
  { once: true }
);
