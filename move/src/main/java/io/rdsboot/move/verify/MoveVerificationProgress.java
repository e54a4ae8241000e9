package io.rdsboot.move.verify;

import java.time.Duration;

import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * How far a verification is. Immutable.
 *
 * @param table table that is being compared, or {@code null} before the first and after
 * the last one
 * @param tablesDone number of tables that have been compared
 * @param tables number of tables to compare, 0 until they are known
 * @param ranges number of ranges that have been compared
 * @param rows number of the source's rows that have been compared
 * @param estimatedRows number of rows to compare, as the source's statistics know it
 * @param rowsPerSecond rate since the beginning
 * @param suspects number of rows that have been looked at again
 * @param differences number of differences found
 * @param remaining estimate of the remaining time, or {@code null} if there is none
 */
public record MoveVerificationProgress(@Nullable TableName table, int tablesDone, int tables, long ranges, long rows,
		long estimatedRows, long rowsPerSecond, long suspects, long differences, @Nullable Duration remaining) {
}
