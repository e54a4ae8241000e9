package io.rdsboot.cluster.poll;

/**
 * How PostgreSQL cuts its write-ahead log: into segments, and these into pages, each with
 * a header.
 *
 * @param pageSize bytes of a page
 * @param segmentSize bytes of a segment
 */
public record WalPages(long pageSize, long segmentSize) {

	private static final int PAGE_HEADER = 24;

	private static final int SEGMENT_HEADER = 40;

	/**
	 * Return where replay ends once it has all that was inserted before a position. The
	 * two differ at the end of a page: there the writer's position is already behind the
	 * next page's header, and replay stops before it until another record comes.
	 * @param insertPosition where the writer puts its next record
	 */
	public long endOfReplay(long insertPosition) {
		boolean firstOfSegment = insertPosition % this.segmentSize < this.pageSize;
		long offset = insertPosition % this.pageSize;
		return (offset == (firstOfSegment ? SEGMENT_HEADER : PAGE_HEADER)) ? insertPosition - offset : insertPosition;
	}

}
