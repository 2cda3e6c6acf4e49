//! The dependency descriptor (RTP Payload Format for AV1, version 1.0.0, appendix A): which layers a frame belongs to.
//!
//! Its keyframes carry a structure that later frames refer to, so a reader belongs to one stream of packets.

use crate::bits::Bits;
use crate::error::{byte, short, Malformed, Read};

/// A decode target indication: from this frame on the target can be decoded.
const SWITCH: u8 = 2;
const TEMPLATES: usize = 64;
const HEAD: usize = 3;

struct Template {
    spatial: u8,
    temporal: u8,
    indications: Vec<u8>,
}

struct Structure {
    offset: u8,
    templates: Vec<Template>,
    /// Spatial and temporal layer of each decode target.
    targets: Vec<(u8, u8)>,
}

/// What a descriptor says. `structured`: it brought a structure.
#[derive(Clone, Copy)]
pub struct Frame {
    pub begins: bool,
    pub ends: bool,
    pub number: u16,
    pub spatial: u8,
    pub temporal: u8,
    pub opens: bool,
    pub structured: bool,
}

#[derive(Default)]
pub struct Reader {
    structure: Option<Structure>,
    /// Number of the frame that brought the structure.
    since: u16,
}

impl Reader {
    /// Of a frame whose structure is on its way (lost, asked for again) only the number is known: it counts as one of
    /// the lowest layer, which everybody gets.
    pub fn read(&mut self, descriptor: &[u8]) -> Read<Frame> {
        if descriptor.len() < HEAD {
            return Err(Malformed("dependency descriptor cut off"));
        }
        let (first, number) = (byte(descriptor, 0)?, short(descriptor, 1)?);
        let (mut late, mut custom, mut structured) = (None, false, false);
        let mut bits = Bits::new(&descriptor[HEAD..]);
        if !bits.empty() {
            structured = bits.flag()?;
            let active = bits.flag()?;
            custom = bits.flag()?;
            bits.read(2)?;
            if structured {
                let fresh = read_structure(&mut bits)?;
                if self.structure.is_none() || number.wrapping_sub(self.since) < 0x8000 {
                    (self.structure, self.since) = (Some(fresh), number);
                } else {
                    late = Some(fresh);
                }
            }
            if let (true, Some(structure)) = (active, &self.structure) {
                bits.skip(structure.targets.len())?;
            }
        }
        let (begins, ends) = (first & 0x80 != 0, first & 0x40 != 0);
        let mut frame = Frame { begins, ends, number, spatial: 0, temporal: 0, opens: false, structured };
        let Some(structure) = late.as_ref().or(self.structure.as_ref()) else {
            return Ok(frame);
        };
        let place = usize::from((first & 0x3F).wrapping_sub(structure.offset) & 0x3F);
        let Some(template) = structure.templates.get(place) else {
            return Ok(frame);
        };
        let best = best_target(structure, template.spatial);
        let mut indication = template.indications[best];
        if custom {
            for at in 0..structure.targets.len() {
                let one = bits.read(2)? as u8;
                if at == best {
                    indication = one;
                }
            }
        }
        (frame.spatial, frame.temporal) = (template.spatial, template.temporal);
        frame.opens = indication == SWITCH;
        Ok(frame)
    }
}

/// The first decode target with all temporal layers of a spatial one.
fn best_target(structure: &Structure, spatial: u8) -> usize {
    let rank = |at: usize| (structure.targets[at].0 == spatial, structure.targets[at].1);
    (1..structure.targets.len()).fold(0, |best, at| if rank(at) > rank(best) { at } else { best })
}

fn read_structure(bits: &mut Bits) -> Read<Structure> {
    let (offset, count) = (bits.read(6)? as u8, bits.read(5)? + 1);
    let layers = read_layers(bits)?;
    let mut templates = Vec::with_capacity(layers.len());
    for (spatial, temporal) in &layers {
        let indications = (0..count).map(|_| bits.read(2).map(|value| value as u8)).collect::<Read<Vec<u8>>>()?;
        templates.push(Template { spatial: *spatial, temporal: *temporal, indications });
    }
    for _ in &layers {
        while bits.flag()? {
            bits.read(4)?; // distances to frames it needs
        }
    }
    let chains = bits.below(count + 1)?;
    if chains > 0 {
        for _ in 0..count {
            bits.below(chains)?;
        }
        bits.skip(4 * chains as usize * layers.len())?;
    }
    if bits.flag()? {
        bits.skip(32 * (usize::from(layers[layers.len() - 1].0) + 1))?;
    }
    let targets = (0..count as usize).map(|at| target(&templates, at)).collect();
    Ok(Structure { offset, templates, targets })
}

/// Spatial and temporal layer of each template: the next one is of the same, of the next temporal, of the next spatial
/// layer, or there is none.
fn read_layers(bits: &mut Bits) -> Read<Vec<(u8, u8)>> {
    let mut layers = vec![(0, 0)];
    let (mut spatial, mut temporal) = (0, 0);
    loop {
        match bits.read(2)? {
            0 => {}
            1 => temporal += 1,
            2 => (spatial, temporal) = (spatial + 1, 0),
            _ => return Ok(layers),
        }
        layers.push((spatial, temporal));
        if layers.len() > TEMPLATES {
            return Err(Malformed("dependency descriptor of too many templates"));
        }
    }
}

/// A decode target's layers: the highest of the frames in it.
fn target(templates: &[Template], at: usize) -> (u8, u8) {
    let inside = || templates.iter().filter(|template| template.indications[at] != 0);
    (
        inside().map(|template| template.spatial).max().unwrap_or(0),
        inside().map(|template| template.temporal).max().unwrap_or(0),
    )
}
