package io.rdsboot.move.read;

import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * Strategy that decides by key which side serves a read, in place of the configured
 * share. Called on the reading thread before each read that has a key, so it must be
 * quick and must not wait; implementations are thread-safe and throw nothing.
 *
 * @see OpenFeatureReadShare
 */
@FunctionalInterface
public interface KeyedReadShare {

	/**
	 * Return the side for a key, the same one as long as nobody changes the share.
	 * @param key the key of the call
	 * @return the side, or {@code null} to let the configured share decide
	 */
	@Nullable Side sideOf(String key);

}
