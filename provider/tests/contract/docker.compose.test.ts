import { DockerBench } from '../docker-bench.ts';
import { ProviderBench } from '../running-provider.ts';
import { wholeContract } from './whole-contract.ts';

const docker = new DockerBench();

wholeContract({
  bench: new ProviderBench(docker),
  image: docker.image,
  orchestration: 'docker',
});
