package io.rdsboot.vector.text;

import java.time.Duration;
import java.util.List;

import io.rdsboot.vector.RejectedRecord;

/**
 * What a load of texts has done. Immutable.
 *
 * @param stored how many texts were stored
 * @param embedded how many of them a model was asked for
 * @param unchanged how many were left alone because they are stored already
 * @param elapsed how long it took
 * @param rejected records that were left out, in the order of their positions
 * @see TextLoadOptions#skipUnchanged()
 */
public record TextLoadResult(long stored, long embedded, long unchanged, Duration elapsed,
		List<RejectedRecord> rejected) {

	public TextLoadResult {
		rejected = List.copyOf(rejected);
	}

}
