package io.rdsboot.test;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.rdsboot.test.process.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * A Blue/Green deployment of a {@link LocalRdsCluster}, which is its blue environment.
 * Green is a cluster of its own, with as many readers and the same roles and passwords,
 * which gets all rows of blue by logical replication and takes no writes until it is
 * opened. Both say what RDS says of a deployment: {@code rds_tools.show_topology}, or
 * Aurora's {@code get_blue_green_fast_switchover_metadata}.
 * <p>
 * A {@linkplain #switchover switchover} has the phases {@link #initiate()},
 * {@link #begin()}, {@link #open()}, {@link #moveAddresses()} and {@link #complete()},
 * each of which can be called alone. Blue's addresses keep host and port: they lead to
 * green's servers afterwards, where they are {@link #green() green's} addresses too, so
 * that another deployment can begin with {@code green().blueGreen()}.
 * <p>
 * As on RDS, replication has limits: changes of blue's schema do not reach green, and
 * sequences are set at the switchover. Unlike there, tables without a primary key are
 * given {@code REPLICA IDENTITY FULL} on blue, and a failover of either environment ends
 * the replication.
 * <p>
 * A phase out of order is an {@link IllegalStateException}. Every wait has a limit; what
 * fails is a {@link io.rdsboot.test.process.LocalRdsException}. Thread-safe; the phases
 * work one at a time.
 */
public final class LocalBlueGreen implements AutoCloseable {

	private final LocalRdsCluster blue;

	private final LocalRdsCluster green;

	private final LocalBlueGreenBuilder settings;

	private final BlueGreenReplication replication;

	private final BlueGreenTopology blueTopology;

	private final BlueGreenTopology greenTopology;

	private List<BlueGreenTopology.Endpoint> sources;

	private List<BlueGreenTopology.Endpoint> targets;

	private volatile Status status = Status.AVAILABLE;

	private @Nullable Addresses former;

	private @Nullable Addresses greenAddresses;

	private volatile OptionalLong closedAt = OptionalLong.empty();

	private volatile OptionalLong openedAt = OptionalLong.empty();

	/**
	 * Creates the deployment.
	 * @param blue the blue environment
	 * @param green the green one, which has blue's schema
	 * @param settings host names and options
	 * @param replication from one to the other, which runs
	 */
	LocalBlueGreen(LocalRdsCluster blue, LocalRdsCluster green, LocalBlueGreenBuilder settings,
			BlueGreenReplication replication) {
		this.blue = blue;
		this.green = green;
		this.settings = settings;
		this.replication = replication;
		this.blueTopology = new BlueGreenTopology(blue);
		this.greenTopology = new BlueGreenTopology(green);
		this.sources = endpoints(blue.services().addresses(), blue, settings.blueNames());
		this.targets = endpoints(green.services().addresses(), green, settings.greenNames());
		for (BlueGreenTopology topology : List.of(this.blueTopology, this.greenTopology)) {
			topology.install(settings.grants());
		}
		show(Status.AVAILABLE);
	}

	private static List<BlueGreenTopology.Endpoint> endpoints(Addresses addresses, LocalRdsCluster cluster,
			@Nullable UnaryOperator<String> names) {
		return Stream.concat(Stream.of(addresses.writer()), cluster.instances().stream().map(addresses::of))
			.map((address) -> new BlueGreenTopology.Endpoint(LocalBlueGreenBuilder.hostName(address, names),
					address.port()))
			.toList();
	}

	/**
	 * Begin with a deployment. By default, the application's role may call the function
	 * that tells of it, host names are those of the addresses, and blue's servers tell of
	 * all phases.
	 * @param blue a cluster with addresses
	 * @return the builder
	 */
	public static LocalBlueGreenBuilder builder(LocalRdsCluster blue) {
		return new LocalBlueGreenBuilder(blue);
	}

	/**
	 * The green environment: its servers, and until {@link #moveAddresses()} addresses of
	 * its own. Afterwards it has those that were blue's.
	 * @return the cluster, which {@link #close()} closes
	 */
	public LocalRdsCluster green() {
		return this.green;
	}

	/**
	 * Where the deployment is.
	 * @return the status
	 */
	public Status status() {
		return this.status;
	}

	/**
	 * When the last switchover had closed blue: no transaction that began later could
	 * write on any server. Those that were under way were ended at once.
	 * @return a time of {@code System.nanoTime}, some milliseconds late at most, or empty
	 * when {@link #begin()} has not ended yet
	 */
	public OptionalLong closedAt() {
		return this.closedAt;
	}

	/**
	 * When the last switchover had opened green: from then on, new transactions could
	 * write there.
	 * @return a time of {@code System.nanoTime}, some milliseconds late at most, or empty
	 * when {@link #open()} has not ended yet
	 */
	public OptionalLong openedAt() {
		return this.openedAt;
	}

	/**
	 * Goes through all phases.
	 * @param dnsLag how long blue's addresses lead to blue once green is open
	 */
	public void switchover(Duration dnsLag) {
		if (dnsLag.isNegative()) {
			throw new IllegalArgumentException("dnsLag is %s, and must not be negative".formatted(dnsLag));
		}
		initiate();
		begin();
		open();
		Deadline.after(dnsLag).await(() -> false);
		moveAddresses();
		complete();
	}

	/**
	 * Announces the switchover. Nothing else changes.
	 */
	public synchronized void initiate() {
		require(Status.AVAILABLE);
		this.closedAt = OptionalLong.empty();
		this.openedAt = OptionalLong.empty();
		show(Status.SWITCHOVER_INITIATED);
	}

	/**
	 * Closes blue to writes, ends all sessions of applications there, and waits until
	 * green has all that was written. From then on, blue's servers accept sessions in
	 * which writes fail with 25006. If green does not catch up, the switchover is rolled
	 * back.
	 */
	public synchronized void begin() {
		require(Status.SWITCHOVER_INITIATED);
		show(Status.SWITCHOVER_IN_PROGRESS);
		try {
			this.closedAt = OptionalLong.of(new WriteFence(this.blue).closeAndEndSessions());
			this.replication.catchUp();
			this.replication.setSequences();
		}
		catch (RuntimeException ex) {
			rollBack();
			throw ex;
		}
	}

	/**
	 * Opens green to writes, and ends the replication. Blue stays closed.
	 */
	public synchronized void open() {
		require(Status.SWITCHOVER_IN_PROGRESS);
		this.openedAt = OptionalLong.of(new WriteFence(this.green).open());
		show(Status.SWITCHOVER_IN_POST_PROCESSING);
		this.replication.end();
	}

	/**
	 * Lets new connections at blue's addresses go to green's servers, with certificates
	 * made anew; open ones stay where they are. Green's own addresses still answer, as
	 * the IP addresses of its servers do, with certificates of blue's names. Blue's
	 * servers get other addresses.
	 */
	public synchronized void moveAddresses() {
		require(Status.SWITCHOVER_IN_POST_PROCESSING);
		if (this.former != null) {
			throw new IllegalStateException("The addresses of %s have moved already".formatted(this));
		}
		Addresses addresses = this.blue.services().addresses();
		List<String> hosts = this.settings.certificateHosts(this.blue, this.settings.blueNames());
		addresses.renewCertificates(hosts);
		addresses.leadTo(this.green);
		Addresses own = this.green.services().takeOver(addresses);
		own.renewCertificates(hosts);
		this.greenAddresses = own;
		Addresses formerAddresses = addresses.another(this.blue, this.blue.settings());
		UnaryOperator<String> blueNames = this.settings.blueNames();
		UnaryOperator<String> formerNames = (blueNames == null) ? null
				: (name) -> LocalBlueGreenBuilder.formerName(blueNames.apply(name));
		formerAddresses.renewCertificates(this.settings.certificateHosts(this.blue, formerNames));
		this.former = formerAddresses;
		this.sources = endpoints(formerAddresses, this.blue, formerNames);
		this.targets = endpoints(addresses, this.green, blueNames);
		show(this.status);
	}

	/**
	 * The address that the writer of the former blue environment has since
	 * {@link #moveAddresses()}, as RDS gives it a name with {@code -old1}.
	 * @return the address
	 */
	public synchronized LocalRdsAddress formerWriterAddress() {
		if (this.former == null) {
			throw new IllegalStateException("The addresses of %s have not moved yet".formatted(this));
		}
		return this.former.writer();
	}

	/**
	 * Refuses new connections at the addresses that green had of its own, as RDS removes
	 * its former names from DNS, a minute or two after the others. Sessions that are open
	 * there go on.
	 */
	public synchronized void removeGreenAddresses() {
		if (this.greenAddresses == null) {
			throw new IllegalStateException("The addresses of %s have not moved yet".formatted(this));
		}
		this.greenAddresses.refuse();
	}

	/**
	 * Ends the switchover.
	 */
	public synchronized void complete() {
		require(Status.SWITCHOVER_IN_POST_PROCESSING);
		show(Status.SWITCHOVER_COMPLETED);
	}

	/**
	 * Takes a switchover back before green is open: blue takes writes again, and green
	 * follows it as before.
	 */
	public synchronized void rollBack() {
		require(Status.SWITCHOVER_INITIATED, Status.SWITCHOVER_IN_PROGRESS);
		new WriteFence(this.blue).open();
		show(Status.AVAILABLE);
	}

	/**
	 * Deletes the deployment, not its environments: no server tells of it any more, and
	 * nothing is replicated. One that is under way is rolled back first, unless green is
	 * open. Does nothing when that is done already.
	 */
	public synchronized void delete() {
		if (this.status == Status.DELETED) {
			return;
		}
		if (this.status == Status.SWITCHOVER_INITIATED || this.status == Status.SWITCHOVER_IN_PROGRESS) {
			rollBack();
		}
		this.replication.end();
		this.blueTopology.clear();
		this.greenTopology.clear();
		this.status = Status.DELETED;
	}

	private void require(Status... expected) {
		if (!List.of(expected).contains(this.status)) {
			throw new IllegalStateException("The status of %s must be %s for this".formatted(this, List.of(expected)));
		}
	}

	private void show(Status newStatus) {
		this.status = newStatus;
		this.greenTopology.show(this.sources, this.targets, newStatus.name());
		if (!this.settings.detachesBlue() || newStatus.compareTo(Status.SWITCHOVER_IN_PROGRESS) <= 0) {
			this.blueTopology.show(this.sources, this.targets, newStatus.name());
		}
	}

	/**
	 * Stops green, in whatever state it is. A deployment that is not over is
	 * {@linkplain #delete() deleted} first.
	 */
	@Override
	public synchronized void close() {
		try {
			delete();
		}
		finally {
			close(this.former);
			close(this.greenAddresses);
			this.green.close();
		}
	}

	private static void close(@Nullable Addresses addresses) {
		if (addresses != null) {
			addresses.close();
		}
	}

	@Override
	public String toString() {
		return "LocalBlueGreen[%s, blue=%s, green=%s]".formatted(this.status, this.blue, this.green);
	}

	/**
	 * Status of a deployment, with the names that RDS has for all but the last.
	 */
	public enum Status {

		/** Green follows blue. */
		AVAILABLE,

		/** A switchover is about to begin. */
		SWITCHOVER_INITIATED,

		/** Neither environment takes writes. */
		SWITCHOVER_IN_PROGRESS,

		/** Green takes writes, and addresses may lead to blue still. */
		SWITCHOVER_IN_POST_PROCESSING,

		/** The switchover is over. */
		SWITCHOVER_COMPLETED,

		/** There is no deployment any more. */
		DELETED

	}

}
