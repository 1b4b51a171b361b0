import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelFrontContract } from '@daybook/shared/contracts/kernel-front';
import { describeWith } from '../../../docker/services/need.ts';
import { isRunning } from '../../../docker/services/process.ts';
import { python } from '../../../docker/services/python.ts';
import { openKernelPrograms } from '../open.ts';

const ECHO = `
from ipykernel.comm import Comm
import comm
def echo(channel, _message):
    channel.on_msg(lambda said: channel.send(data=said["content"]["data"], buffers=said["buffers"]))
comm.get_comm_manager().register_target("echo", echo)`;

describeWith(python, 'F3: ipykernel over ZeroMQ', (found) => {
  kernelFrontContract(
    'ipykernel',
    {
      answer: '6 * 7',
      ordered: 'print("a"); display("shown"); print("b"); 1',
      keep: 'kept = 41',
      useKept: 'kept + 1',
      loop: 'display("running")\nwhile True: pass',
      ask: 'print(input("name? "))',
      fail: '1 / 0',
      die: 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)',
      flood: 'for _ in range(20): print("x" * (1024 * 1024))',
      child: 'import subprocess; print(subprocess.Popen(["sleep", "600"]).pid)',
      echo: ECHO,
    },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'daybook-zeromq-'));
      const start = openKernelPrograms({ home: folder });
      const front = await start(
        {
          displayName: 'Python 3',
          argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
          env: {},
          interruptMode: 'signal',
          folder: join(found.bin, '../share/jupyter/kernels/python3'),
        },
        { id: 'contract', cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: folder } },
      );
      return {
        front,
        isRunning,
        async dispose() {
          await front.shutdown();
          const left = await readdir(join(folder, 'runtime'));
          await rm(folder, { recursive: true, force: true });
          if (left.length > 0) throw new Error(`connection files left behind: ${left.join(', ')}`);
        },
      };
    },
  );
});
