package io.rdsboot.cluster;

import java.util.List;

/**
 * The address that is configured for the writer leads to a replica, and so does every
 * other address of the cluster. No waiting mends that: the primary runs, and is not among
 * them.
 */
public final class WriterIsReplicaException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient DatabaseInstance writer;

	private final transient ReplicationSource source;

	private final transient List<DatabaseInstance> others;

	/**
	 * Create an exception.
	 * @param writer the instance that is configured as the writer
	 * @param source where it receives from
	 * @param others the other instances, which are replicas too
	 */
	public WriterIsReplicaException(DatabaseInstance writer, ReplicationSource source, List<DatabaseInstance> others) {
		super("The address of the writer, " + writer.address() + ", is that of a read replica of " + source
				+ (others.isEmpty() ? "" : ", and no other address leads to the writer: " + others
						+ ((others.size() == 1) ? " is a replica, too" : " are replicas, too")));
		this.writer = writer;
		this.source = source;
		this.others = List.copyOf(others);
	}

	/**
	 * Return the instance that is configured as the writer.
	 */
	public DatabaseInstance getWriter() {
		return this.writer;
	}

	/**
	 * Return where it receives from.
	 */
	public ReplicationSource getSource() {
		return this.source;
	}

	/**
	 * Return the other instances, which are replicas too.
	 */
	public List<DatabaseInstance> getOthers() {
		return this.others;
	}

}
