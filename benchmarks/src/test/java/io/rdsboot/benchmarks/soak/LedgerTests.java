package io.rdsboot.benchmarks.soak;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Ledger}.
 */
class LedgerTests {

	private static final LedgerRow ACKNOWLEDGED = new LedgerRow(0, 0);

	private static final LedgerRow UNKNOWN = new LedgerRow(0, 1);

	private static final LedgerRow NOT_WRITTEN = new LedgerRow(1, 0);

	private final Ledger ledger = new Ledger();

	LedgerTests() {
		this.ledger.add(ACKNOWLEDGED, RowOutcome.ACKNOWLEDGED);
		this.ledger.add(UNKNOWN, RowOutcome.UNKNOWN);
		this.ledger.add(NOT_WRITTEN, RowOutcome.NOT_WRITTEN);
	}

	@Test
	void compareWhenAllIsAsTheCallersWereToldFindsNothing() {
		Ledger.Account account = this.ledger.compare(Map.of(ACKNOWLEDGED, 1L));
		assertThat(account.lost()).isEmpty();
		assertThat(account.denied()).isEmpty();
		assertThat(account.doubled()).isEmpty();
		assertThat(account.unknownPresent()).isEmpty();
		assertThat(account.foreign()).isEmpty();
	}

	@Test
	void compareWhenNothingIsThereFindsAcknowledgedRowsLost() {
		assertThat(this.ledger.compare(Map.of()).lost()).containsExactly(ACKNOWLEDGED);
	}

	@Test
	void compareFindsRowsThatWereDeniedAndForeignRows() {
		LedgerRow foreign = new LedgerRow(7, 7);
		Ledger.Account account = this.ledger.compare(Map.of(ACKNOWLEDGED, 1L, NOT_WRITTEN, 1L, foreign, 1L));
		assertThat(account.denied()).containsExactly(NOT_WRITTEN);
		assertThat(account.foreign()).containsExactly(foreign);
	}

	@Test
	void compareFindsRowsThatAreThereTwice() {
		Ledger.Account account = this.ledger.compare(Map.of(ACKNOWLEDGED, 2L, UNKNOWN, 2L));
		assertThat(account.doubled()).containsExactlyInAnyOrder(ACKNOWLEDGED, UNKNOWN);
		assertThat(account.unknownPresent()).containsExactly(UNKNOWN);
	}

	@Test
	void addWhenARowIsKnownAlreadyThrows() {
		assertThatIllegalStateException().isThrownBy(() -> this.ledger.add(UNKNOWN, RowOutcome.ACKNOWLEDGED))
			.withMessage("LedgerRow[writer=0, number=1] was written twice by its own thread");
	}

}
