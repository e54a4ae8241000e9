/**
 * What vectors cost to write and to search, beside Spring AI, LangChain4j and
 * hand-written JDBC on the same rows.
 */
@NullMarked
package io.rdsboot.benchmarks.vector;

import org.jspecify.annotations.NullMarked;
