import { ProviderBench } from '../running-provider.ts';
import { wholeContract } from './whole-contract.ts';

wholeContract({ bench: new ProviderBench(), image: 'probe', orchestration: 'process' });
