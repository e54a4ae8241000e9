package io.rdsboot;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;

/**
 * Commits that take effect on the writer and wait for a reader that never answers.
 */
public final class HeldCommits {

	private final LocalRdsCluster cluster;

	private final LocalRdsInstance writer;

	private HeldCommits(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.writer = cluster.writer();
	}

	/**
	 * Holds up all commits on a cluster's writer from now on, until it crashes.
	 */
	public static HeldCommits on(LocalRdsCluster cluster) throws SQLException {
		HeldCommits commits = new HeldCommits(cluster);
		try (Connection admin = cluster.adminConnection(commits.writer);
				Statement statement = admin.createStatement()) {
			statement.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
			statement.execute("SELECT pg_reload_conf()");
		}
		commits.commitUntilHeld();
		commits.await("pg_logical_emit_message");
		return commits;
	}

	/**
	 * The setting holds once the checkpointer has read it, which only a commit shows.
	 */
	private void commitUntilHeld() {
		Thread thread = new Thread(() -> {
			try (Connection admin = this.cluster.adminConnection(this.writer);
					Statement statement = admin.createStatement()) {
				while (true) {
					statement.execute("SELECT pg_logical_emit_message(true, '', '')");
				}
			}
			catch (SQLException ex) {
				// The writer has crashed.
			}
		}, "commits-until-held");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Waits until a commit has taken effect and waits for its reader.
	 * @param statement what the statement that commits contains
	 */
	public void await(String statement) {
		Awaitility.await().until(() -> isHeld(statement));
	}

	private boolean isHeld(String statement) throws SQLException {
		try (Connection admin = this.cluster.adminConnection(this.writer);
				Statement question = admin.createStatement()) {
			return question
				.executeQuery("SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE '%" + statement
						+ "%'")
				.next();
		}
	}

}
