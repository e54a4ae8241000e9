package io.rdsboot.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.test.server.NativeServer;
import io.rdsboot.test.server.ReplicationLag;
import org.jspecify.annotations.Nullable;

/**
 * Builder of a {@link LocalRdsCluster}. Not thread-safe.
 */
public final class LocalRdsClusterBuilder {

	private @Nullable Path postgres;

	private int readers = 1;

	private String database = "app";

	private String username = "app";

	private Duration replicationLag = ReplicationLag.DEFAULT;

	private final Map<String, String> parameters = new LinkedHashMap<>();

	private List<String> extensions = List.of();

	private List<String> creatableExtensions = List.of("vector");

	private boolean distinctHosts;

	private boolean aurora;

	private @Nullable SecretSettings secret;

	private boolean tls;

	private boolean iam;

	private List<String> hostNames = List.of();

	LocalRdsClusterBuilder() {
	}

	/**
	 * Runs the servers on a PostgreSQL of your choice, whatever else this machine has.
	 * @param bin the directory of its programs, such as {@code initdb}
	 * @return this builder
	 * @see LocalRdsCluster#installedPostgres(int)
	 */
	public LocalRdsClusterBuilder postgres(Path bin) {
		this.postgres = bin;
		return this;
	}

	/**
	 * Number of readers at start.
	 * @param number zero to eight
	 * @return this builder
	 */
	public LocalRdsClusterBuilder readers(int number) {
		if (number < 0 || number > 8) {
			throw new IllegalArgumentException("readers is %d, and must be 0 to 8".formatted(number));
		}
		this.readers = number;
		return this;
	}

	/**
	 * Name of the application's database.
	 * @param name a name that is not {@code postgres}, {@code template0} or
	 * {@code template1}
	 * @return this builder
	 */
	public LocalRdsClusterBuilder database(String name) {
		this.database = requireName("database", name, Set.of("postgres", "template0", "template1"));
		return this;
	}

	/**
	 * Name of the application's role.
	 * @param name a name that is neither {@code rdsadmin}, the superuser's, nor
	 * {@code rds_iam}
	 * @return this builder
	 */
	public LocalRdsClusterBuilder username(String name) {
		this.username = requireName("username", name, Set.of("rdsadmin", "rds_iam"));
		return this;
	}

	private static String requireName(String what, String name, Set<String> taken) {
		if (name.isBlank() || taken.contains(name)) {
			throw new IllegalArgumentException("%s is '%s', and must neither be blank nor one of %s".formatted(what,
					name, taken.stream().sorted().toList()));
		}
		return name;
	}

	/**
	 * How long readers hold back what the writer has committed. By default 20
	 * milliseconds, about what readers on RDS are behind: without any lag, a read finds
	 * on a reader what was written just before, which it does not in production.
	 * @param lag zero to an hour
	 * @return this builder
	 * @see LocalRdsCluster#replicationLag(Duration)
	 */
	public LocalRdsClusterBuilder replicationLag(Duration lag) {
		this.replicationLag = ReplicationLag.require(lag);
		return this;
	}

	/**
	 * Sets a parameter of all servers, as an RDS parameter group does.
	 * @param name a setting of PostgreSQL, such as {@code shared_buffers}
	 * @param value its value, such as {@code 256MB}
	 * @return this builder
	 */
	public LocalRdsClusterBuilder parameter(String name, String value) {
		this.parameters.put(name, value);
		return this;
	}

	/**
	 * Extensions that the administrator creates in the application's database before the
	 * cluster starts.
	 * @param names names of installed extensions
	 * @return this builder
	 */
	public LocalRdsClusterBuilder extensions(String... names) {
		this.extensions = List.of(names);
		return this;
	}

	/**
	 * Extensions that the application's role may create itself, as a member of
	 * {@code rds_superuser} may on RDS.
	 * @param names names of extensions; none for a role without that right
	 * @return this builder
	 */
	public LocalRdsClusterBuilder creatableExtensions(String... names) {
		this.creatableExtensions = List.of(names);
		return this;
	}

	/**
	 * Lets each server listen on a host of its own, all on the same port:
	 * {@code instance-1} on 127.0.0.11, {@code instance-2} on 127.0.0.12 and so on. The
	 * instances' {@linkplain #tls() addresses} are on the same hosts, on a port of their
	 * own. Needs PostgreSQL installed on a system that answers on such hosts, as Linux
	 * does.
	 * @return this builder
	 */
	public LocalRdsClusterBuilder distinctHosts() {
		this.distinctHosts = true;
		return this;
	}

	/**
	 * Gives all databases the functions {@code aurora_replica_status()} and
	 * {@code aurora_db_instance_identifier()} of Aurora PostgreSQL, and takes from all
	 * but the superuser the functions for positions in the log that fail there.
	 * <p>
	 * Each server has a host of its own as with {@link #distinctHosts()}, and the host's
	 * last number as its identifier ({@code 11} for {@code instance-1}), so that
	 * {@code 127.0.0.<id>} leads from one to the other. Replication stays what it is:
	 * readers have data of their own, and follow another writer by themselves.
	 * @return this builder
	 * @see LocalRdsCluster#aurora()
	 */
	public LocalRdsClusterBuilder aurora() {
		this.aurora = true;
		return this;
	}

	/**
	 * Puts addresses in front of the servers that take logins over TLS only, with
	 * certificates of an authority of the cluster's own. The servers' {@code wal_level}
	 * is {@code logical} then, unless set by {@link #parameter}.
	 * @return this builder
	 * @see LocalRdsCluster#writerAddress()
	 * @see LocalRdsCluster#certificateAuthority()
	 */
	public LocalRdsClusterBuilder tls() {
		this.tls = true;
		return this;
	}

	/**
	 * Lets the application's role log in by IAM token only, at addresses as
	 * {@link #tls()} puts them in front of the servers.
	 * @return this builder
	 * @see LocalRdsCluster#aws()
	 * @see LocalRdsCluster#clock()
	 */
	public LocalRdsClusterBuilder iam() {
		this.iam = true;
		return this;
	}

	/**
	 * Names that the certificates of the addresses have beyond {@code localhost},
	 * {@code 127.0.0.1} and {@code ::1}.
	 * @param names DNS names or IP addresses
	 * @return this builder
	 */
	public LocalRdsClusterBuilder certificateHosts(String... names) {
		this.hostNames = List.of(names);
		return this;
	}

	/**
	 * Keeps the login of the application's role in a secret that is rotated for a single
	 * user, and starts a Secrets Manager that the AWS SDK's client talks to.
	 * @return this builder
	 * @see LocalRdsCluster#secret()
	 * @see LocalRdsCluster#aws()
	 */
	public LocalRdsClusterBuilder secretsManager() {
		return secretsManager(RotationStrategy.SINGLE_USER);
	}

	/**
	 * Keeps the login of the application's role in a secret, and starts a Secrets Manager
	 * that the AWS SDK's client talks to.
	 * @param strategy how the secret is rotated
	 * @return this builder
	 * @see LocalRdsCluster#secret()
	 * @see LocalRdsCluster#aws()
	 */
	public LocalRdsClusterBuilder secretsManager(RotationStrategy strategy) {
		this.secret = new SecretSettings(strategy, false);
		return this;
	}

	/**
	 * Keeps the login of the application's role in a secret as RDS itself makes and
	 * rotates them: with {@code username} and {@code password} alone, so that the address
	 * must be configured. Otherwise as {@link #secretsManager()}.
	 * @return this builder
	 */
	public LocalRdsClusterBuilder managedSecret() {
		this.secret = new SecretSettings(RotationStrategy.SINGLE_USER, true);
		return this;
	}

	/**
	 * Starts the cluster.
	 * @return a cluster whose instances accept connections
	 * @throws io.rdsboot.test.process.LocalRdsException when this machine has no
	 * PostgreSQL to run it on, or a server does not start
	 */
	public LocalRdsCluster start() {
		return LocalRdsCluster.start(settings());
	}

	ClusterSettings settings() {
		if (this.iam && this.secret != null) {
			throw new IllegalArgumentException(
					"The role '%s' cannot log in both by IAM token and with a secret: choose iam() or secretsManager()"
						.formatted(this.username));
		}
		boolean addresses = this.tls || this.iam || this.secret != null;
		Map<String, String> all = new LinkedHashMap<>(this.parameters);
		if (addresses) {
			// What a Blue/Green deployment needs.
			all.putIfAbsent("wal_level", "logical");
		}
		return new ClusterSettings(this.postgres, this.readers, this.database, this.username, this.replicationLag, all,
				this.extensions, this.creatableExtensions, this.distinctHosts || this.aurora, this.aurora, this.secret,
				addresses ? new AddressSettings(this.iam, this.hostNames, NativeServer.HOST) : null);
	}

}
