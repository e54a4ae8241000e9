package io.rdsboot.move.state;

/**
 * How much is asked of the side that follows. Immutable.
 *
 * @param reads share of the keys whose reads it serves, in hundredths of a percent
 * @param shadowReads share of the connections whose reads both sides are asked, in
 * hundredths of a percent
 */
public record MoveShares(int reads, int shadowReads) {

	/**
	 * All, in hundredths of a percent.
	 */
	public static final int ALL = 10_000;

	public static final MoveShares NONE = new MoveShares(0, 0);

	public MoveShares {
		check("reads", reads);
		check("shadow reads", shadowReads);
	}

	private static void check(String what, int share) {
		if (share < 0 || share > ALL) {
			throw new IllegalArgumentException(
					"Share of %s %d is not between 0 and %d hundredths of a percent".formatted(what, share, ALL));
		}
	}

}
