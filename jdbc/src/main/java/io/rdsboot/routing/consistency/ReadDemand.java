package io.rdsboot.routing.consistency;

import java.time.Duration;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How consistent reads have to be. Immutable.
 *
 * @param level the level
 * @param maxLag the greatest lag of a reader that may serve, or {@code null} if this
 * demand names none; only {@link ConsistencyLevel#BOUNDED} and
 * {@link ConsistencyLevel#SESSION} know a bound
 * @param configuredMaxLag whether the configured maximum lag, if there is one, holds too
 */
@API(status = API.Status.INTERNAL)
public record ReadDemand(ConsistencyLevel level, @Nullable Duration maxLag, boolean configuredMaxLag) {

	public static final ReadDemand EVENTUAL = new ReadDemand(ConsistencyLevel.EVENTUAL, null, false);

	public static final ReadDemand WRITER = new ReadDemand(ConsistencyLevel.WRITER, null, false);

	public ReadDemand {
		if (maxLag != null && (maxLag.isZero() || maxLag.isNegative())) {
			throw new IllegalArgumentException(
					"Maximum lag " + maxLag + " is not positive; to read what is newest ask for level WRITER");
		}
	}

	/**
	 * Create a demand.
	 * @param maxLag the greatest lag of a reader that may serve, or {@code null} for the
	 * configured one
	 */
	public static ReadDemand of(ConsistencyLevel level, @Nullable Duration maxLag) {
		return switch (level) {
			case EVENTUAL -> EVENTUAL;
			case WRITER -> WRITER;
			case BOUNDED, SESSION -> new ReadDemand(level, maxLag, maxLag == null);
		};
	}

	/**
	 * Return a demand that holds this one and another: the stricter level, in the order
	 * of {@link ConsistencyLevel}, and the smaller of the bounds.
	 */
	public ReadDemand stricter(ReadDemand other) {
		if (this.level == ConsistencyLevel.WRITER || other.level == ConsistencyLevel.EVENTUAL || equals(other)) {
			return this;
		}
		if (other.level == ConsistencyLevel.WRITER || this.level == ConsistencyLevel.EVENTUAL) {
			return other;
		}
		ConsistencyLevel stricter = (this.level.compareTo(other.level) >= 0) ? this.level : other.level;
		return new ReadDemand(stricter, smaller(this.maxLag, other.maxLag),
				this.configuredMaxLag || other.configuredMaxLag);
	}

	/**
	 * Return the greatest lag of a reader that may serve, or {@code null} for any.
	 * @param configured the configured maximum lag, or {@code null} if there is none
	 */
	public @Nullable Duration maxLag(@Nullable Duration configured) {
		return this.configuredMaxLag ? smaller(this.maxLag, configured) : this.maxLag;
	}

	private static @Nullable Duration smaller(@Nullable Duration one, @Nullable Duration other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return (one.compareTo(other) <= 0) ? one : other;
	}

}
