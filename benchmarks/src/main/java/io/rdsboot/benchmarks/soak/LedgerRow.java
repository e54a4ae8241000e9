package io.rdsboot.benchmarks.soak;

/**
 * A row's identity. Immutable.
 *
 * @param writer number of the thread that writes it
 * @param number of the row among this thread's, from 0
 */
record LedgerRow(int writer, int number) {

}
