package io.rdsboot.move.verify;

import java.time.Duration;
import java.util.List;

import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MoveVerification.Builder} was told. Immutable.
 *
 * @param slot slot that the target reads from, or {@code null} if neither side is written
 * to
 * @param tables the tables, or {@code null} for all
 * @param rangeRows rows of a range
 * @param pause pause after a range
 * @param statementTimeout longest time of a statement
 * @param lagTimeout longest wait for the target to reach a position
 * @param timeout longest time of the whole
 * @param attempts how often a row that keeps changing is looked at
 * @param listed how many differences are listed
 * @param values whether differences show values
 * @param views whether the rows of views are counted
 * @param samples vectors to search with in a column
 * @param neighbours nearest rows to search for
 * @param resumeFrom where to begin
 */
record VerificationOptions(@Nullable String slot, @Nullable List<TableName> tables, int rangeRows, Duration pause,
		Duration statementTimeout, Duration lagTimeout, Duration timeout, int attempts, int listed, boolean values,
		boolean views, int samples, int neighbours, MoveVerificationPosition resumeFrom) {
}
