package io.rdsboot.messaging;

import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import org.jspecify.annotations.Nullable;

/**
 * Consistency tokens in messages, whoever carries these: the token that a message takes
 * along, and the unit of work that a listener runs in. Thread-safe.
 */
public final class MessageTokens {

	/**
	 * Header that holds a token.
	 */
	public static final String HEADER = "RDS-Consistency-Token";

	private final Supplier<Optional<ConsistencyTokens>> tokens;

	private final InstantSource clock;

	/**
	 * Create from what makes the tokens.
	 * @param tokens asked for with each message, so that nothing that sends or receives
	 * messages needs a database to start; empty where no message carries a token
	 * @param clock the time of receipt
	 */
	public MessageTokens(Supplier<Optional<ConsistencyTokens>> tokens, InstantSource clock) {
		this.tokens = tokens;
		this.clock = clock;
	}

	/**
	 * Return the token that a message takes along which the calling thread sends now, or
	 * {@code null} if it needs none. Within a transaction that may write it stands for
	 * the commit to come.
	 */
	@Nullable String outgoing() {
		ConsistencyTokens tokens = this.tokens.get().orElse(null);
		if (tokens == null) {
			return null;
		}
		ConsistencyToken token = tokens.capture();
		return token.isEmpty() ? null : tokens.encode(token);
	}

	/**
	 * Begin the unit of work of a listener on the calling thread.
	 * @param received the tokens of all messages that the listener gets at once
	 * @return the end of it, to be closed on the same thread
	 */
	ConsistencySession.Binding begin(Collection<String> received) {
		ConsistencySession session = ConsistencySession.open();
		ConsistencyTokens tokens = received.isEmpty() ? null : this.tokens.get().orElse(null);
		if (tokens != null) {
			for (String text : received) {
				tokens.apply(asOfReceipt(tokens.decode(text)), session);
			}
		}
		return session.bind();
	}

	/**
	 * Let a token without a position stand for a commit that may have come at any time
	 * until now: a message that was sent within a transaction is received after its
	 * commit, if there is anything to see, but possibly long after it was sent.
	 */
	private ConsistencyToken asOfReceipt(ConsistencyToken token) {
		return (token.isEmpty() || token.position() != null) ? token
				: new ConsistencyToken(null, this.clock.instant(), token.verified());
	}

}
