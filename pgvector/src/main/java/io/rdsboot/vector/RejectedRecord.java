package io.rdsboot.vector;

import org.jspecify.annotations.Nullable;

/**
 * Record that a load has left out. Immutable.
 *
 * @param position where it stood in the stream, counted from 0
 * @param id its id, or {@code null} if it has none
 * @param field which field is wrong, as in {@link InvalidVectorRecordException#getField}
 * @param problem what is wrong with the field
 */
public record RejectedRecord(long position, @Nullable Object id, String field, String problem) {

}
