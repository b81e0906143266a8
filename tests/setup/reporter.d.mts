type Results = Readonly<
  Record<
    | 'numPassedTests'
    | 'numFailedTests'
    | 'numPendingTests'
    | 'numTodoTests'
    | 'numRuntimeErrorTestSuites',
    number
  >
>;

export declare function summaryOf(results: Results): string;
