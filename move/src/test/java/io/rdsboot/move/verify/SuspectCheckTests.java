package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import io.rdsboot.move.Side;
import io.rdsboot.move.verify.SuspectCheck.Suspect;
import io.rdsboot.move.verify.VerificationRun.StoppedException;
import io.rdsboot.test.LocalRdsCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what {@link SuspectCheck} makes of a row whose states the test chooses: in
 * each round the source is read, then the target, then the source again.
 */
class SuspectCheckTests {

	private static final List<String> KEY = List.of("1");

	private static final String NO_ROW = "";

	private static LocalRdsCluster cluster;

	private final Deque<String> source = new ArrayDeque<>();

	private final Deque<String> target = new ArrayDeque<>();

	private final List<String> reported = new ArrayList<>();

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(0).start();
	}

	@AfterAll
	static void close() {
		cluster.close();
	}

	/**
	 * The row was inserted and deleted between the two looks at the source, and the
	 * target was looked at in between: from one round it cannot be told from a row that
	 * only the target has.
	 */
	@Test
	void rowThatWasThereBetweenTwoLooksIsNoDifference() throws Exception {
		round(NO_ROW, "a", NO_ROW);
		round(NO_ROW, NO_ROW, NO_ROW);
		check();
		assertThat(this.reported).isEmpty();
	}

	/**
	 * The commit has reached the target before the source showed it.
	 */
	@Test
	void rowThatTheTargetHasFirstIsNoDifference() throws Exception {
		round("a", "b", "a");
		round("b", "b", "b");
		check();
		assertThat(this.reported).isEmpty();
	}

	@Test
	void rowThatIsTheSameDifferenceTwiceDiffers() throws Exception {
		round("a", "b", "a");
		round("a", "b", "a");
		check();
		assertThat(this.reported).containsExactly("a differs from b");
	}

	@Test
	void rowThatDiffersInAnotherWayIsLookedAtOnceMore() throws Exception {
		round("a", "b", "a");
		round("a", "c", "a");
		round("a", "c", "a");
		check();
		assertThat(this.reported).containsExactly("a differs from c");
	}

	private void round(String before, String inTarget, String after) {
		this.source.add(before);
		this.target.add(inTarget);
		this.source.add(after);
	}

	private void check() throws SQLException, StoppedException {
		VerificationOptions options = new VerificationOptions(null, null, 10, Duration.ZERO, Duration.ofSeconds(30),
				Duration.ofSeconds(30), Duration.ofMinutes(5), 10, 100, false, false, 0, 10,
				MoveVerificationPosition.start());
		VerificationRun run = new VerificationRun(options);
		try (VerifiedDatabase source = open(Side.SOURCE);
				VerifiedDatabase target = open(Side.TARGET);
				Databases databases = new Databases(source, target)) {
			SuspectRows rows = new ChosenRows(source);
			new SuspectCheck(databases, new ReplicationFence(source, options, run), options, run)
				.check(List.of(new Suspect(rows, KEY)));
		}
		assertThat(this.source).as("looks that were not taken").isEmpty();
	}

	private static VerifiedDatabase open(Side side) throws SQLException {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(cluster.writer().jdbcUrl());
		dataSource.setUser(cluster.username());
		dataSource.setPassword(cluster.password());
		return VerifiedDatabase.open(dataSource, side, Duration.ofSeconds(30));
	}

	/**
	 * Rows of which one changes from look to look.
	 */
	private final class ChosenRows implements SuspectRows {

		private final VerifiedDatabase sourceDatabase;

		ChosenRows(VerifiedDatabase sourceDatabase) {
			this.sourceDatabase = sourceDatabase;
		}

		@Override
		public Map<List<String>, RowState> read(VerifiedDatabase database, List<List<String>> keys) {
			String state = ((database == this.sourceDatabase) ? SuspectCheckTests.this.source
					: SuspectCheckTests.this.target)
				.remove();
			return state.equals(NO_ROW) ? Map.of() : Map.of(KEY, new RowState("version " + state, List.of(state)));
		}

		@Override
		public void differs(List<String> key, @Nullable RowState source, @Nullable RowState target) {
			SuspectCheckTests.this.reported.add(name(source) + " differs from " + name(target));
		}

		private static String name(@Nullable RowState row) {
			return (row != null) ? row.hashes().get(0) : "no row";
		}

		@Override
		public void undecided(List<String> key, String reason) {
			SuspectCheckTests.this.reported.add(reason);
		}

	}

}
