package io.rdsboot.move.read;

import java.util.Locale;

import io.rdsboot.move.Side;

/**
 * Decision on one read: the side that serves it, and why.
 */
public enum ReadSide {

	/**
	 * The target, because the key is in the share.
	 */
	TARGET_SHARE(Side.TARGET, Reason.SHARE),

	/**
	 * The source, because the key is not in the share.
	 */
	SOURCE_SHARE(Side.SOURCE, Reason.SHARE),

	/**
	 * The source, because the call has no key.
	 */
	SOURCE_NO_KEY(Side.SOURCE, Reason.NO_KEY),

	/**
	 * The source, because the session has written, or may have written, what the target
	 * is not known to have.
	 */
	SOURCE_OWN_WRITE(Side.SOURCE, Reason.OWN_WRITE),

	/**
	 * The source, because the session has read, or has come with a token for, what the
	 * target is not known to have.
	 */
	SOURCE_ALREADY_READ(Side.SOURCE, Reason.ALREADY_READ),

	/**
	 * The source, because the target lags more than it may, or nobody knows how much.
	 */
	SOURCE_TARGET_BEHIND(Side.SOURCE, Reason.TARGET_BEHIND);

	private final Side side;

	private final Reason reason;

	ReadSide(Side side, Reason reason) {
		this.side = side;
		this.reason = reason;
	}

	/**
	 * Return the side that serves the read.
	 * @return the side
	 */
	public Side side() {
		return this.side;
	}

	/**
	 * Return why that side serves it.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a side serves a read.
	 */
	public enum Reason {

		/**
		 * The key is in the share (target), or is not (source).
		 */
		SHARE,

		/**
		 * The call has no key.
		 */
		NO_KEY,

		/**
		 * The session has written what the target is not known to have, or may have: a
		 * statement outside a read-only transaction counts as a write.
		 */
		OWN_WRITE,

		/**
		 * The session has read, or has come with a token for, what the target is not
		 * known to have.
		 */
		ALREADY_READ,

		/**
		 * The target lags more than it may, or nobody knows how much.
		 */
		TARGET_BEHIND;

		/**
		 * Return the name as meters show it, such as {@code own-write}.
		 */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

}
