package io.rdsboot.move.cutover;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.move.Side;

/**
 * What a switch has done. Immutable.
 *
 * @param writer the side that is written to now
 * @param pause how long writes were held
 * @param parts how long each part of the pause took, in order
 * @param sequences how many sequences were set
 */
public record SwitchoverReport(Side writer, Duration pause, Map<String, Duration> parts, int sequences) {

	public SwitchoverReport {
		parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
	}

}
