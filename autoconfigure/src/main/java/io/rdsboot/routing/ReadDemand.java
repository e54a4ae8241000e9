package io.rdsboot.routing;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How consistent reads have to be. Immutable.
 *
 * @param level the level
 * @param maxLag the greatest lag of a reader that may serve, or {@code null} for the
 * configured one; only {@link ConsistencyLevel#BOUNDED} and
 * {@link ConsistencyLevel#SESSION} know a bound
 */
record ReadDemand(ConsistencyLevel level, @Nullable Duration maxLag) {

	static final ReadDemand EVENTUAL = new ReadDemand(ConsistencyLevel.EVENTUAL, null);

	static final ReadDemand WRITER = new ReadDemand(ConsistencyLevel.WRITER, null);

	ReadDemand {
		if (maxLag != null && (maxLag.isZero() || maxLag.isNegative())) {
			throw new IllegalArgumentException(
					"Maximum lag " + maxLag + " is not positive; to read what is newest ask for level WRITER");
		}
	}

}
