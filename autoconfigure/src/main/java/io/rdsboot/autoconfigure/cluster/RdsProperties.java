package io.rdsboot.autoconfigure.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the database cluster.
 */
@ConfigurationProperties("rds")
public class RdsProperties {

	/**
	 * Address of the writer: a host, host:port or a jdbc:postgresql:// URL with its
	 * parameters. The port is 5432 by default. Not needed if the secret has a host.
	 */
	private @Nullable String writer;

	/**
	 * Comma-separated list of addresses of the readers, or a list of addresses with
	 * weights.
	 */
	private List<Reader> readers = new ArrayList<>();

	/**
	 * Groups of readers by name, each a comma-separated list of addresses, or a list of
	 * addresses with weights. They serve only the reads that ask for the group.
	 */
	private Map<String, List<Reader>> readerGroups = new LinkedHashMap<>();

	/**
	 * Name of the database. Not needed if the writer's URL or the secret names it.
	 */
	private @Nullable String database;

	/**
	 * Time to wait at startup for a database that is starting, too. If not set, 30
	 * seconds if a server says that it is starting, and none if nothing answers, which
	 * may be a wrong address.
	 */
	private @Nullable Duration startupTimeout;

	public @Nullable String getWriter() {
		return this.writer;
	}

	public void setWriter(@Nullable String writer) {
		this.writer = writer;
	}

	public List<Reader> getReaders() {
		return this.readers;
	}

	public void setReaders(List<Reader> readers) {
		this.readers = readers;
	}

	public Map<String, List<Reader>> getReaderGroups() {
		return this.readerGroups;
	}

	public void setReaderGroups(Map<String, List<Reader>> readerGroups) {
		this.readerGroups = readerGroups;
	}

	public @Nullable Duration getStartupTimeout() {
		return this.startupTimeout;
	}

	public void setStartupTimeout(@Nullable Duration startupTimeout) {
		this.startupTimeout = startupTimeout;
	}

	public @Nullable String getDatabase() {
		return this.database;
	}

	public void setDatabase(@Nullable String database) {
		this.database = database;
	}

	/**
	 * A reader's address.
	 */
	public static class Reader {

		/**
		 * Address of the reader: a host, host:port or a jdbc:postgresql:// URL.
		 */
		private @Nullable String address;

		/**
		 * Share of the reads that this reader gets, relative to the other readers.
		 */
		private int weight = 1;

		/**
		 * Address to sign IAM tokens for, as host or host:port, where the reader's own
		 * address is an alias or a tunnel. An address without a port has port 5432.
		 */
		private @Nullable String signingAddress;

		/**
		 * Name of the availability zone that this reader is in, such as us-east-1a. Not
		 * needed if the RDS API can be asked for it.
		 */
		private @Nullable String zone;

		public @Nullable String getAddress() {
			return this.address;
		}

		public void setAddress(@Nullable String address) {
			this.address = address;
		}

		public int getWeight() {
			return this.weight;
		}

		public void setWeight(int weight) {
			this.weight = weight;
		}

		public @Nullable String getSigningAddress() {
			return this.signingAddress;
		}

		public void setSigningAddress(@Nullable String signingAddress) {
			this.signingAddress = signingAddress;
		}

		public @Nullable String getZone() {
			return this.zone;
		}

		public void setZone(@Nullable String zone) {
			this.zone = zone;
		}

		/**
		 * Converts the short form of a reader, its address alone.
		 * @param address the address
		 * @return a reader of weight 1
		 */
		public static Reader valueOf(String address) {
			Reader reader = new Reader();
			reader.setAddress(address);
			return reader;
		}

	}

}
