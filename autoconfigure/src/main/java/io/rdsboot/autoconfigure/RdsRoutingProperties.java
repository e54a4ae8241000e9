package io.rdsboot.autoconfigure;

import java.time.Duration;

import io.rdsboot.routing.LeastBusyReaderSelector;
import io.rdsboot.routing.ReaderFallback;
import io.rdsboot.routing.ReaderSelector;
import io.rdsboot.routing.RoundRobinReaderSelector;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of how transactions find their instance.
 */
@ConfigurationProperties("rds.routing")
public class RdsRoutingProperties {

	/**
	 * How the reader for a read-only transaction is chosen.
	 */
	private Selection readerSelection = Selection.ROUND_ROBIN;

	/**
	 * What becomes of a read-only transaction while no reader is available.
	 */
	private ReaderFallback readerFallback = ReaderFallback.WRITER;

	/**
	 * Time for which a reader that refused is left out before it is tried again.
	 */
	private Duration readerRetryInterval = Duration.ofSeconds(5);

	public Selection getReaderSelection() {
		return this.readerSelection;
	}

	public void setReaderSelection(Selection readerSelection) {
		this.readerSelection = readerSelection;
	}

	public ReaderFallback getReaderFallback() {
		return this.readerFallback;
	}

	public void setReaderFallback(ReaderFallback readerFallback) {
		this.readerFallback = readerFallback;
	}

	public Duration getReaderRetryInterval() {
		return this.readerRetryInterval;
	}

	public void setReaderRetryInterval(Duration readerRetryInterval) {
		this.readerRetryInterval = readerRetryInterval;
	}

	/**
	 * Ways to choose a reader.
	 */
	public enum Selection {

		/**
		 * The readers in turn, by weight.
		 */
		ROUND_ROBIN {
			@Override
			ReaderSelector selector() {
				return new RoundRobinReaderSelector();
			}
		},

		/**
		 * The reader with the fewest connections in use for its weight.
		 */
		LEAST_BUSY {
			@Override
			ReaderSelector selector() {
				return new LeastBusyReaderSelector();
			}
		};

		abstract ReaderSelector selector();

	}

}
