package io.rdsboot.routing;

/**
 * What a reader's data must include for one read. Valid during the call that it is given
 * to.
 */
@FunctionalInterface
public interface ReadRequirement {

	/**
	 * Return whether a reader's data is fresh enough. Whether it can be borrowed from is
	 * another question: {@link ReaderCandidate#isAvailable()}.
	 */
	boolean isMetBy(ReaderCandidate candidate);

}
