package io.rdsboot.move.cutover;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import io.rdsboot.move.Side;

import org.springframework.jdbc.support.JdbcUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writes to both databases all the time, past all that keeps a service from it, and notes
 * who has let it.
 */
final class Prober implements AutoCloseable {

	private final Map<Side, DataSource> databases = new EnumMap<>(Side.class);

	private final List<Write> writes = Collections.synchronizedList(new ArrayList<>());

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean stopped;

	Prober(DataSource source, DataSource target) {
		this.databases.put(Side.SOURCE, source);
		this.databases.put(Side.TARGET, target);
		this.databases.keySet().forEach((side) -> {
			Thread thread = new Thread(() -> probe(side), "prober of the " + side);
			this.threads.add(thread);
			thread.start();
		});
	}

	private void probe(Side side) {
		Connection connection = null;
		while (!this.stopped) {
			String name = "probe " + UUID.randomUUID();
			long begin = System.nanoTime();
			try {
				if (connection == null) {
					connection = this.databases.get(side).getConnection();
				}
				try (Statement statement = connection.createStatement()) {
					statement.executeUpdate("INSERT INTO entry (name) VALUES ('" + name + "')");
				}
				this.writes.add(new Write(side, name, begin, System.nanoTime()));
				Thread.sleep(1);
			}
			catch (SQLException ex) {
				if (!WriteFence.SQL_STATE.equals(ex.getSQLState())) {
					JdbcUtils.closeConnection(connection);
					connection = null;
				}
			}
			catch (InterruptedException ex) {
				break;
			}
		}
		JdbcUtils.closeConnection(connection);
	}

	List<String> written() {
		return List.copyOf(this.writes).stream().map(Write::name).toList();
	}

	/**
	 * Assert that no write to the source began after one to the target had ended.
	 */
	void assertOneWriter() {
		List<Write> all = List.copyOf(this.writes);
		all.stream()
			.filter((write) -> write.side() == Side.TARGET)
			.mapToLong(Write::end)
			.min()
			.ifPresent((opened) -> assertThat(all).filteredOn((write) -> write.side() == Side.SOURCE)
				.allMatch((write) -> write.begin() < opened));
	}

	@Override
	public void close() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private record Write(Side side, String name, long begin, long end) {

	}

}
