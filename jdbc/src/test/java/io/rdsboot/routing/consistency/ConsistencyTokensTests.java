package io.rdsboot.routing.consistency;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.WriterLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link ConsistencyTokens} and the texts that they make.
 */
class ConsistencyTokensTests {

	private static final byte[] KEY = "a key that is not less than 32 bytes".getBytes(StandardCharsets.UTF_8);

	private final AtomicLong nanoTime = new AtomicLong(1000);

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));

	private final AtomicLong asked = new AtomicLong();

	private final AtomicReference<Long> logSince = new AtomicReference<>();

	private final ConsistencySession session = ConsistencySession.open();

	private final ConsistencyTokens tokens = tokens("orders", KEY);

	private ConsistencyTokens tokens(String cluster, byte[] key) {
		WriterLog log = new WriterLog() {

			@Override
			public Optional<LogPosition> positionAt(long time, Duration timeout) {
				ConsistencyTokensTests.this.asked.set(time);
				return Optional.of(new LogPosition(time + 7));
			}

			@Override
			public Long logSince() {
				return ConsistencyTokensTests.this.logSince.get();
			}

		};
		return ConsistencyTokens.builder(cluster)
			.signingKey(key)
			.writerLog(log)
			.nanoTime(this.nanoTime::get)
			.clock(this.now::get)
			.build();
	}

	@Test
	void tokenOfASessionThatDidNothingIsEmpty() {
		assertThat(this.tokens.capture(this.session)).isEqualTo(ConsistencyToken.EMPTY);
		assertThat(this.tokens.encode(ConsistencyToken.EMPTY)).isEmpty();
		assertThat(this.tokens.decode("")).isEqualTo(ConsistencyToken.EMPTY);
		assertThat(this.tokens.decode(null)).isEqualTo(ConsistencyToken.EMPTY);
	}

	@Test
	void tokenHoldsThePositionOfTheLastWriteOrRead() {
		this.session.history().committed(500);
		assertThat(this.tokens.capture(this.session).position()).isEqualTo(new LogPosition(507));
		this.session.history().servedByOther(600);
		assertThat(this.tokens.capture(this.session).position()).isEqualTo(new LogPosition(607));
		SessionConnection connection = () -> false;
		this.session.history().connectionOpened(connection);
		this.session.history().beginAutoCommit(connection);
		assertThat(this.tokens.capture(this.session).position()).isEqualTo(new LogPosition(1007));
	}

	@Test
	void tokenThatWasTakenOverIsHandedOnWithoutAsking() {
		this.tokens.apply(new ConsistencyToken(new LogPosition(42), this.now.get()), this.session);
		assertThat(this.tokens.capture(this.session).position()).isEqualTo(new LogPosition(42));
		assertThat(this.asked).hasValue(0);
	}

	/**
	 * As after a Blue/Green switchover: the position may be anywhere in the present log.
	 */
	@Test
	void positionOfAnotherLogIsNotCompared() {
		this.nanoTime.set(Duration.ofHours(1).toNanos());
		this.tokens.apply(new ConsistencyToken(new LogPosition(42), this.now.get()), this.session);
		assertThat(mayReadFromReaderAt(42)).isTrue();
		this.logSince.set(this.nanoTime.get() + 1);
		assertThat(mayReadFromReaderAt(42)).isFalse();
		assertThat(this.tokens.capture(this.session).position()).isEqualTo(new LogPosition(this.asked.get() + 7));
		assertThat(this.asked).hasValue(this.nanoTime.get());
		ConsistencySession later = ConsistencySession.open();
		this.nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
		this.tokens.apply(new ConsistencyToken(new LogPosition(42), this.now.get()), later);
		assertThat(this.tokens.capture(later).position()).isEqualTo(new LogPosition(42));
	}

	private boolean mayReadFromReaderAt(long position) {
		DatabaseInstance reader = DatabaseInstance.at(new InstanceAddress("reader", 5432));
		LogProgress progress = new LogProgress(new LogPosition(position), 0, 0, Duration.ZERO)
			.since(this.logSince.get());
		return this.session.history()
			.mayReadFrom(reader, new InstanceState(reader, InstanceRole.READER, true, progress), true,
					this.nanoTime.get(), 0);
	}

	@Test
	void tokenWithoutPositionIsMadeWhereNoneIsToBeHad() {
		ConsistencyTokens blind = ConsistencyTokens.builder("orders").signingKey(KEY).clock(this.now::get).build();
		this.session.history().committed(500);
		ConsistencyToken token = blind.capture(this.session);
		assertThat(token.isEmpty()).isFalse();
		assertThat(token.position()).isNull();
		assertThat(blind.decode(blind.encode(token))).isEqualTo(token);
	}

	@Test
	void textCarriesTheToken() {
		ConsistencyToken token = new ConsistencyToken(new LogPosition(0x16B3748), this.now.get());
		String text = this.tokens.encode(token);
		assertThat(text).matches("[A-Za-z0-9._-]+");
		assertThat(this.tokens.decode(text)).isEqualTo(token);
	}

	@Test
	void textThatWasChangedAnywhereIsIgnored() {
		String text = this.tokens.encode(new ConsistencyToken(new LogPosition(0x16B3748), this.now.get()));
		for (int i = 0; i < text.length(); i++) {
			char changed = (text.charAt(i) != 'A') ? 'A' : 'B';
			String forged = text.substring(0, i) + changed + text.substring(i + 1);
			assertThat(this.tokens.decode(forged).isEmpty()).as(forged).isTrue();
		}
	}

	@Test
	void garbledTextIsIgnored() {
		for (String text : new String[] { ".", "....", "a", "1.2.3.4.5", "\u00e9.\u0000", "x".repeat(100_000),
				".".repeat(100_000) }) {
			assertThat(this.tokens.decode(text).isEmpty()).isTrue();
		}
	}

	@Test
	void tokenOfAnotherClusterOrKeyIsIgnored() {
		ConsistencyToken token = new ConsistencyToken(new LogPosition(1), this.now.get());
		byte[] otherKey = "another key that is not less than 32 bytes".getBytes(StandardCharsets.UTF_8);
		assertThat(this.tokens.decode(tokens("invoices", KEY).encode(token)).isEmpty()).isTrue();
		assertThat(this.tokens.decode(tokens("orders", otherKey).encode(token)).isEmpty()).isTrue();
		assertThat(this.tokens.decode(tokens("orders", KEY).encode(token))).isEqualTo(token);
	}

	@Test
	void tokenBeyondItsLifetimeIsIgnored() {
		ConsistencyToken token = new ConsistencyToken(new LogPosition(1), this.now.get());
		String text = this.tokens.encode(token);
		this.now.set(this.now.get().plus(Duration.ofHours(1)));
		assertThat(this.tokens.decode(text)).isEqualTo(token);
		this.now.set(this.now.get().plusMillis(1));
		assertThat(this.tokens.decode(text).isEmpty()).isTrue();
		this.tokens.apply(token, this.session);
		assertThat(this.session.history().isEmpty()).isTrue();
		this.now.set(Instant.EPOCH);
		assertThat(this.tokens.decode(text).isEmpty()).isTrue();
	}

	@Test
	void workIsResumedInASessionOfItsOwn() {
		ConsistencySession outer = ConsistencySession.current();
		ConsistencyToken token = new ConsistencyToken(new LogPosition(42), this.now.get());
		ConsistencySession inner = this.tokens.resume(token, ConsistencySession::current);
		assertThat(inner).isNotSameAs(outer);
		assertThat(inner.history().position()).isEqualTo(new LogPosition(42));
		assertThat(ConsistencySession.current()).isSameAs(outer);
	}

	@Test
	void shortKeyIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> tokens("orders", new byte[31]))
			.withMessageContaining("31 bytes")
			.withMessageContaining("rds.routing.token.key");
	}

	@Test
	void withoutKeyTokensTravelUnverified() {
		ConsistencyTokens unsigned = ConsistencyTokens.builder("orders").clock(this.now::get).build();
		ConsistencyToken token = new ConsistencyToken(new LogPosition(0x16B3748), this.now.get());
		assertThat(unsigned.encode(token)).matches("1\\.[A-Za-z0-9_-]{12}\\.[0-9a-f]+\\.16b3748");
		assertThat(unsigned.decode(unsigned.encode(token)))
			.isEqualTo(new ConsistencyToken(token.position(), token.issuedAt(), false));
	}

	@Test
	void signedTokenIsReadWithoutKeyAndUnsignedOneIsIgnoredWithAKey() {
		ConsistencyTokens unsigned = ConsistencyTokens.builder("orders").clock(this.now::get).build();
		ConsistencyToken token = new ConsistencyToken(new LogPosition(42), this.now.get());
		assertThat(unsigned.decode(this.tokens.encode(token)))
			.isEqualTo(new ConsistencyToken(token.position(), token.issuedAt(), false));
		assertThat(this.tokens.decode(unsigned.encode(token)).isEmpty()).isTrue();
		assertThat(this.tokens.decode(unsigned.encode(token) + ".").isEmpty()).isTrue();
	}

	@Test
	void garbledUnsignedTextIsIgnored() {
		ConsistencyTokens unsigned = ConsistencyTokens.builder("orders").clock(this.now::get).build();
		String cluster = unsigned.cluster();
		String time = Long.toHexString(this.now.get().toEpochMilli());
		for (String text : new String[] { "", "....", "1.2.3.4", "1." + cluster + "." + time + ".-1",
				"1." + cluster + "." + time + ".8000000000000000", "1." + cluster + "." + time + ".",
				"1." + cluster + ".7fffffffffffffff.1", "1." + cluster + ".x.1", "2." + cluster + "." + time + ".1",
				"1." + cluster + "." + time + ".1.2.3", "1." + cluster + "." + time + "." + "0".repeat(200) }) {
			assertThat(unsigned.decode(text).isEmpty()).as(text).isTrue();
		}
	}

	@Test
	void nobodyWaitsForAPositionAfterOneDidInVain() {
		List<Duration> timeouts = new ArrayList<>();
		ConsistencyTokens blind = ConsistencyTokens.builder("orders").writerLog((time, timeout) -> {
			timeouts.add(timeout);
			return Optional.empty();
		}).captureTimeout(Duration.ofMillis(200)).nanoTime(this.nanoTime::get).clock(this.now::get).build();
		this.session.history().committed(500);
		blind.capture(this.session);
		blind.capture(this.session);
		this.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		blind.capture(this.session);
		assertThat(timeouts).containsExactly(Duration.ofMillis(200), Duration.ZERO, Duration.ofMillis(200));
	}

}
