package io.rdsboot.benchmarks.soak;

import java.util.Random;

import io.rdsboot.test.LocalRdsAlias;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * The only two addresses by which a service knows a cluster.
 *
 * @param cluster the servers
 * @param writer leads to the writer
 * @param reader leads to one of the readers
 */
record Aliases(LocalRdsCluster cluster, LocalRdsAlias writer, LocalRdsAlias reader) implements AutoCloseable {

	static Aliases of(LocalRdsCluster cluster) {
		return new Aliases(cluster, LocalRdsAlias.of(cluster.writer()), LocalRdsAlias.of(cluster.readers().get(0)));
	}

	/**
	 * Lets both lead where they should, with the connections that are open left where
	 * they are.
	 */
	void putRight(Random random) {
		this.writer.pointTo(this.cluster.writer());
		this.reader.pointTo(anyReader(random));
	}

	LocalRdsInstance anyReader(Random random) {
		return this.cluster.readers().get(random.nextInt(this.cluster.readers().size()));
	}

	static String address(LocalRdsAlias alias) {
		return alias.host() + ":" + alias.port();
	}

	@Override
	public void close() {
		this.writer.close();
		this.reader.close();
	}

}
