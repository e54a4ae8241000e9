package io.rdsboot.benchmarks.vector.data;

import org.jspecify.annotations.Nullable;

/**
 * One search, which every contender does in its own way.
 *
 * @param query what is looked for
 * @param limit most rows to find
 * @param condition what rows must fulfil, or {@code null}
 */
public record Search(Query query, int limit, @Nullable Condition condition) {

}
