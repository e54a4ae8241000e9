package io.rdsboot.vector.recall;

import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Query of a measurement.
 *
 * @param vector the vector that is searched for
 * @param row id of the row that it was taken from, which is left out of the answers, or
 * {@code null} if it is no row
 */
record MeasuredQuery(VectorValue vector, @Nullable Object row) {

}
