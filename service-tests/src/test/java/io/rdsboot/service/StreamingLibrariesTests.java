package io.rdsboot.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.rdsboot.routing.consistency.ConsistencySession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of libraries that read rows one by one: however their rows are closed, the
 * transaction commits, and nothing is left behind.
 */
@PersistenceTest
class StreamingLibrariesTests {

	private static final List<Integer> IDS = IntStream.rangeClosed(1, 30).boxed().toList();

	private final ApplicationContext service;

	private final ClusterView view;

	private final JdbcTemplate jdbc;

	private final List<StreamedRows> open = new ArrayList<>();

	private final ConsistencySession session = ConsistencySession.open();

	private ConsistencySession.Binding binding;

	@Autowired
	StreamingLibrariesTests(ApplicationContext service, ClusterView view, JdbcTemplate jdbc) {
		this.service = service;
		this.view = view;
		this.jdbc = jdbc;
	}

	@BeforeAll
	static void createRows(@Autowired JdbcTemplate jdbc) {
		jdbc.execute("CREATE TABLE streamed (id int PRIMARY KEY)");
		jdbc.update("INSERT INTO streamed SELECT generate_series(1, ?)", IDS.size());
	}

	@BeforeEach
	void begin() {
		this.binding = this.session.bind();
		this.jdbc.update("DELETE FROM streamed WHERE id < 0");
		this.view.awaitReadFromReader();
	}

	@AfterEach
	void end() {
		this.open.forEach(StreamedRows::close);
		this.binding.close();
	}

	/**
	 * How rows are read and closed.
	 */
	enum Ending {

		READ_AND_CLOSED, CLOSED_EARLY, CLOSED_TWICE, NEVER_CLOSED

	}

	@ParameterizedTest
	@EnumSource
	void transactionCommitsWhatItWritesBeforeAndAfterTheRows(StreamingLibrary library) {
		for (Ending ending : Ending.values()) {
			int id = -2 - 2 * ending.ordinal();
			this.view.inTransaction(false, () -> {
				insert(id);
				assertThat(read(library, ending)).containsOnly(this.view.writerPort());
				return insert(id + 1);
			});
			assertThat(this.jdbc.queryForList("SELECT id FROM streamed WHERE id < 0 ORDER BY id", Integer.class))
				.as(ending.name())
				.startsWith(id, id + 1);
			assertNothingIsBorrowedAfterATransaction(library, ending);
		}
		this.view.awaitReadFromReader();
	}

	@ParameterizedTest
	@EnumSource
	void readOnlyTransactionStaysOnItsReader(StreamingLibrary library) {
		for (Ending ending : Ending.values()) {
			this.view.inTransaction(true, () -> {
				int port = this.view.port();
				assertThat(port).isIn(this.view.readerPorts());
				Set<Integer> ports = read(library, ending);
				if (library == StreamingLibrary.SPRING_BATCH) {
					assertThat(ports).hasSize(1).isSubsetOf(this.view.readerPorts());
				}
				else {
					assertThat(ports).containsOnly(port);
				}
				assertThat(this.view.port()).isEqualTo(port);
				return port;
			});
			assertNothingIsBorrowedAfterATransaction(library, ending);
		}
	}

	@ParameterizedTest
	@EnumSource
	void rowsOutsideATransactionAreThePastOnceTheyAreClosed(StreamingLibrary library) throws Exception {
		List<Integer> ports = library.isOfHibernate() ? this.view.readerPorts() : List.of(this.view.writerPort());
		for (Ending ending : Ending.values()) {
			if (ending == Ending.NEVER_CLOSED) {
				assertThat(leak(library)).hasSize(1).isSubsetOf(ports);
				awaitCollection();
			}
			else {
				assertThat(read(library, ending)).hasSize(1).isSubsetOf(ports);
			}
			assertNothingIsBorrowed(ending);
		}
		this.view.awaitReadFromReader();
	}

	/**
	 * Leaves rows alone on another thread of the same session, because jOOQ's cursors are
	 * found from theirs.
	 */
	private Set<Integer> leak(StreamingLibrary library) throws Exception {
		FutureTask<Set<Integer>> leak = new FutureTask<>(() -> {
			this.session.bind();
			return read(library, Ending.NEVER_CLOSED);
		});
		Thread thread = new Thread(leak);
		thread.start();
		thread.join();
		return leak.get();
	}

	private void awaitCollection() {
		assertThat(this.view.borrowed()).isOne();
		this.open.clear();
		Awaitility.await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
			System.gc();
			this.view.inTransaction(true, this.view::port);
			return this.view.borrowed() == 0;
		});
	}

	/**
	 * A statement outside a transaction may write at any time, for all that is known, but
	 * not one of Hibernate's sessions.
	 */
	@ParameterizedTest
	@EnumSource
	void readsGoToTheServerOfRowsThatAreOpenOutsideATransaction(StreamingLibrary library) {
		StreamedRows rows = library.open(this.service);
		this.open.add(rows);
		for (int i = 0; i < 4; i++) {
			int port = rows.rows().next().port();
			int reading = this.view.inTransaction(true, this.view::port);
			assertThat(reading).isEqualTo(port);
		}
	}

	/**
	 * Returns the ports that rows came from.
	 */
	private Set<Integer> read(StreamingLibrary library, Ending ending) {
		StreamedRows rows = library.open(this.service);
		List<StreamedRow> read = new ArrayList<>();
		boolean all = ending == Ending.READ_AND_CLOSED;
		while (read.size() < (all ? Integer.MAX_VALUE : 2) && rows.rows().hasNext()) {
			read.add(rows.rows().next());
		}
		assertThat(read).extracting(StreamedRow::id).isEqualTo(all ? IDS : List.of(1, 2));
		switch (ending) {
			case NEVER_CLOSED -> this.open.add(rows);
			case CLOSED_TWICE -> {
				rows.close();
				rows.close();
			}
			default -> rows.close();
		}
		return read.stream().map(StreamedRow::port).collect(Collectors.toSet());
	}

	private int insert(int id) {
		return this.jdbc.update("INSERT INTO streamed VALUES (?)", id);
	}

	/**
	 * Spring Batch's reader has a connection of its own, which no transaction ends.
	 */
	private void assertNothingIsBorrowedAfterATransaction(StreamingLibrary library, Ending ending) {
		if (library != StreamingLibrary.SPRING_BATCH) {
			assertNothingIsBorrowed(ending);
		}
		this.open.forEach(StreamedRows::close);
		this.open.clear();
		assertNothingIsBorrowed(ending);
	}

	private void assertNothingIsBorrowed(Ending ending) {
		assertThat(this.view.borrowed()).as(ending.name()).isZero();
	}

}
