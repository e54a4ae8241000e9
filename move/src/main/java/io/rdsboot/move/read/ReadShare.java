package io.rdsboot.move.read;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Share of keys whose reads the target serves, from 0 % to 100 % in steps of 0.01 %.
 * Immutable.
 *
 * <p>
 * A key is always on the same side of the same share, and a larger share only moves keys
 * from the source to the target. The bucket of a key, 0 to 9,999, is
 * {@code (murmur3(key) * 10000) >>> 32}, where {@code murmur3} is MurmurHash3 (x86, 32
 * bits, seed 0, unsigned) of the key's bytes in UTF-8; keys in buckets below the share
 * are served by the target. That is what
 * <a href="https://flagd.dev/reference/custom-operations/fractional-operation/">flagd's
 * {@code fractional}</a> reckons since version 0.15 for the rule {@code {"fractional":
 * [{"var": "targetingKey"}, ["target", 1250], ["source", 8750]]}} with 12.5 %.
 */
public final class ReadShare {

	/**
	 * Share of no key.
	 */
	public static final ReadShare NONE = new ReadShare(0);

	/**
	 * Share of all keys.
	 */
	public static final ReadShare ALL = new ReadShare(ReadShare.BUCKETS);

	private static final int BUCKETS = 10_000;

	private final int buckets;

	private ReadShare(int buckets) {
		this.buckets = buckets;
	}

	/**
	 * Return a share.
	 * @param percent 0 to 100, with two decimals at most, such as {@code "12.5"}
	 * @return the share
	 * @throws IllegalArgumentException if it is none
	 */
	public static ReadShare ofPercent(String percent) {
		try {
			return ofPercent(new BigDecimal(percent));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(message(percent), ex);
		}
	}

	/**
	 * Return a share.
	 * @param percent 0 to 100, with two decimals at most
	 * @return the share
	 * @throws IllegalArgumentException if it is none
	 */
	public static ReadShare ofPercent(BigDecimal percent) {
		// Compared first: a number such as 1e999999999 must not be written out.
		if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0
				|| percent.stripTrailingZeros().scale() > 2) {
			throw new IllegalArgumentException(message(percent));
		}
		return new ReadShare(percent.movePointRight(2).intValueExact());
	}

	private static String message(Object percent) {
		return "share of reads must be a number from 0 to 100 (percent) with two decimals at most, but is " + percent;
	}

	/**
	 * Return whether the reads for a key are the target's.
	 * @param key any text
	 * @return whether the key's bucket is below the share
	 */
	public boolean includes(String key) {
		return bucket(key) < this.buckets;
	}

	/**
	 * Return the bucket of a key.
	 * @param key any text
	 * @return 0 to 9,999
	 */
	public static int bucket(String key) {
		long hash = Integer.toUnsignedLong(Murmur3.hash(key.getBytes(StandardCharsets.UTF_8), 0));
		return (int) ((hash * BUCKETS) >>> 32);
	}

	/**
	 * Return how many of the 10,000 buckets the share has.
	 * @return 0 to 10,000
	 */
	public int buckets() {
		return this.buckets;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof ReadShare share && share.buckets == this.buckets;
	}

	@Override
	public int hashCode() {
		return this.buckets;
	}

	/**
	 * Return the share in percent, such as {@code 12.5 %}.
	 */
	@Override
	public String toString() {
		return ((this.buckets % 100 == 0) ? String.valueOf(this.buckets / 100)
				: BigDecimal.valueOf(this.buckets, 2).stripTrailingZeros().toPlainString()) + " %";
	}

}
