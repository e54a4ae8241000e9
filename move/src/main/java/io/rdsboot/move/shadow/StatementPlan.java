package io.rdsboot.move.shadow;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the text of a read says of how its answers compare. Immutable.
 *
 * @param order what its top level is ordered by: names or numbers of columns, and
 * {@code null} for an expression; empty where it has no order
 * @param limited whether the top level has a limit, which may cut through rows that the
 * order takes for equal
 * @param skipping whether it has an offset, which may do so at the other end
 * @param indefinite whether the server may choose among several right answers, so that a
 * difference proves nothing
 */
record StatementPlan(List<@Nullable String> order, boolean limited, boolean skipping, boolean indefinite) {

}
