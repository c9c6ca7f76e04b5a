// Sends chosen or dropped files at once, with progress. Without this script the form does the same in one go.
(() => {
  for (const zone of document.querySelectorAll('.drop-zone')) {
    const form = zone.closest('form');
    const input = zone.querySelector('input[type=file]');
    const button = zone.querySelector('.upload-button');
    const bar = zone.querySelector('.upload-progress');
    const progress = bar.querySelector('progress');
    const stop = bar.querySelector('[data-stop-upload]');
    const says = zone.querySelector('.upload-says');
    let request = null;
    zone.classList.add('with-script');
    button.hidden = true;

    const say = (text, wrong = false) => {
      says.textContent = text;
      says.classList.toggle('error', wrong);
    };

    const finish = () => {
      request = null;
      bar.hidden = true;
      input.disabled = false;
      input.value = '';
      document.dispatchEvent(new CustomEvent('achyk:uploaded'));
    };

    const done = (answer) => {
      if (!form.dataset.fragment) {
        location.assign(answer.location);
        return;
      }
      fetch(form.dataset.fragment, { headers: { Accept: 'text/html' } })
        .then((response) => response.text())
        .then((html) => {
          const fresh = new DOMParser().parseFromString(html, 'text/html');
          for (const id of ['files-list', 'found']) {
            const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
            if (old && now) old.replaceWith(document.adoptNode(now));
          }
          say(zone.dataset.done);
          finish();
        })
        .catch(() => location.reload());
    };

    const send = (files) => {
      if (request || files.length === 0) return;
      const data = new FormData();
      for (const file of files) data.append('file', file);
      const name = files.length === 1 ? files[0].name : `${files[0].name} +${files.length - 1}`;
      request = new XMLHttpRequest();
      request.open('POST', form.dataset.upload);
      request.setRequestHeader('Accept', 'application/json');
      request.responseType = 'json';
      request.upload.onprogress = (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.floor((event.loaded / event.total) * 100);
        progress.value = percent;
        if (percent % 10 === 0 || percent > 97) {
          say(zone.dataset.uploading.replace('{name}', name).replace('{percent}', String(percent)));
        }
      };
      request.onload = () => {
        const answer = request.response;
        if (request.status < 300 && answer) return done(answer);
        say(
          [answer?.message, ...(answer?.issues ?? []).map((issue) => issue.message)].filter(Boolean).join(' ') ||
            zone.dataset.failed,
          true,
        );
        finish();
      };
      request.onerror = () => {
        say(zone.dataset.failed, true);
        finish();
      };
      request.onabort = () => {
        say('');
        finish();
      };
      bar.hidden = false;
      progress.value = 0;
      input.disabled = true;
      say(zone.dataset.uploading.replace('{name}', name).replace('{percent}', '0'));
      request.send(data);
    };

    input.addEventListener('change', () => send([...input.files]));
    stop.addEventListener('click', () => request?.abort());
    for (const kind of ['dragenter', 'dragover']) {
      zone.addEventListener(kind, (event) => {
        event.preventDefault();
        zone.classList.add('over');
      });
    }
    for (const kind of ['dragleave', 'drop']) zone.addEventListener(kind, () => zone.classList.remove('over'));
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      send([...event.dataTransfer.files]);
    });
    // A file dropped beside the zone must not open in place of what was typed.
    for (const kind of ['dragover', 'drop']) {
      document.addEventListener(kind, (event) => {
        if ([...(event.dataTransfer?.types ?? [])].includes('Files')) event.preventDefault();
      });
    }
    window.addEventListener('beforeunload', (event) => {
      if (request) event.preventDefault();
    });
  }
})();
