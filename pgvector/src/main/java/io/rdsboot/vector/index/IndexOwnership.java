package io.rdsboot.vector.index;

import java.time.Instant;
import java.util.List;

import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexClaims;
import io.rdsboot.vector.index.catalog.IndexDefinition;

/**
 * Says of the existing indexes of a table which ones this application declares, and which
 * ones nobody does any more. Other applications, and instances of this one that were
 * started later, have said in the comments of the indexes what they declare.
 *
 * @param definitions the indexes that this application declares
 * @param application name of this application
 * @param start when this instance of it was started, by the server's clock
 */
record IndexOwnership(List<IndexDefinition> definitions, String application, Instant start) {

	/**
	 * Return whether this application declares an index like this.
	 */
	boolean isDeclared(ExistingIndex index) {
		return this.definitions.stream().anyMatch((definition) -> definition.isMetBy(index));
	}

	/**
	 * Return whether an index on vectors was made by somebody else for what is declared
	 * otherwise.
	 */
	boolean isForeign(ExistingIndex index) {
		return !index.isOurs() && index.isOnVectors() && !index.partial() && !isDeclared(index);
	}

	/**
	 * Return whether an index is invalid or does not serve any more, nor stands in for
	 * one that is not there yet.
	 * @param all all indexes of the table
	 */
	boolean isOutdated(ExistingIndex index, List<ExistingIndex> all) {
		if (!index.isOurs() || !index.valid()) {
			return index.isOurs();
		}
		return index.claims().isAbandonedBy(this.application, this.start) && this.definitions.stream()
			.noneMatch((definition) -> definition.isMetBy(index)
					|| (index.columns().contains(definition.column()) && !isMet(definition, all)));
	}

	private static boolean isMet(IndexDefinition definition, List<ExistingIndex> indexes) {
		return indexes.stream().anyMatch((index) -> index.valid() && definition.isMetBy(index));
	}

	/**
	 * Return whether the comment of an index says something else of this application than
	 * {@link #claimed} would.
	 */
	boolean isClaimStale(ExistingIndex index) {
		if (!index.isOurs() || !index.valid()) {
			return false;
		}
		IndexClaims claims = index.claims();
		return isDeclared(index) ? !claims.isHeldSince(this.application, this.start)
				: claims.starts().containsKey(this.application) && !claims.isHeldSince(this.application, this.start)
						&& !claims.others(this.application).isEmpty();
	}

	/**
	 * Return what the comment of an index should say of who declares it.
	 * @param claims what it says now
	 */
	IndexClaims claimed(ExistingIndex index, IndexClaims claims) {
		return isDeclared(index) ? claims.with(this.application, this.start) : claims.without(this.application);
	}

}
